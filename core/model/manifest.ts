import { Ajv } from 'ajv';
import { TwinspecError } from '../errors.js';
import type { Probe } from './probe.js';
import type { SampleFormat } from './sample-format.js';
import type { JudgingRule } from '../data/judged-pairs.js';
import type { Spec } from '../spec/shell/spec.js';
import { boundedJson } from '../formats/bounded-json.js';
import { isMapping } from '../schema/mapping.js';
import { sha256, type FileRecord } from '../run/storage.js';

/** Version of the folder `model/`: it grows when an older Twinspec could not read a newer folder. */
export const modelVersion = 2;
const format = 'twinspec-model';

/** What a saved model is, without its numbers. */
export interface ModelDescription {
  /** The resolved spec that the model was trained by. */
  readonly spec: Spec;
  /** By name, in the order of the network's inputs. */
  readonly columns: Readonly<Record<string, SampleFormat>>;
  /** Number of classes that it was trained on; 0 where there were no labels. */
  readonly classes: number;
  /** The label of each of these classes, by class number; absent where nobody knows. */
  readonly classNames?: readonly (number | string)[];
  /** Length of an embedding. */
  readonly dimension: number;
  /** Distance under which a pair counts as the same class. */
  readonly threshold: number;
  /** Where the threshold comes from; absent where nobody knows. */
  readonly thresholdFrom?: 'spec' | 'validation' | 'calibration';
  /** How the pairs were drawn that the run was judged by. */
  readonly judgingRule: JudgingRule;
  /** sha256 of the data that it was trained and judged on, as in environment.json; absent where nobody knows. */
  readonly datasetSha256?: string;
  /** Absent where nobody knows. */
  readonly probe?: Probe;
}

/** model.json. */
export interface Manifest extends ModelDescription {
  readonly format: typeof format;
  readonly version: typeof modelVersion;
  /** Version of the package that wrote it. */
  readonly twinspec: string;
  /** Places among the tensors that are state; all others are weights. */
  readonly state: readonly string[];
  readonly files: { readonly 'model.safetensors': FileRecord };
}

export type ManifestContent = Omit<Manifest, 'format' | 'version'>;

/** The text of model.json. Its last member is the sha256 of all others, as JSON without spaces. */
export function writeManifest(content: ManifestContent): string {
  const manifest: Manifest = { format, version: modelVersion, ...content };
  return `${JSON.stringify({ ...manifest, sha256: sha256(JSON.stringify(manifest)) }, null, 2)}\n`;
}

/**
 * Reads the text of model.json. The spec in it is as it was saved, not checked against the plugins of this process.
 *
 * @param file what messages call it
 * @throws MODEL_INVALID
 */
export function readManifest(text: string, file: string): Manifest {
  const refuse = (what: string, hint?: string): never => {
    throw new TwinspecError('MODEL_INVALID', `${file} ${what}.`, { hint });
  };
  const value = parse(text);
  if (value === null || value.format !== format) return refuse('is damaged, or is not the manifest of a model');
  const { sha256: seal, ...manifest } = value;
  const { version } = manifest;
  if (typeof version === 'number' && version > modelVersion) {
    return refuse(
      `is of format version ${version}, but this Twinspec reads no later one than ${modelVersion}`,
      'Update Twinspec.',
    );
  }
  if (seal !== sha256(JSON.stringify(manifest))) return refuse('was changed or damaged after it was saved');
  const current = version === 1 ? upgraded(manifest) : manifest;
  if (validate(current)) return current;
  const [problem] = validate.errors!;
  return refuse(`is incomplete: ${problem.instancePath || 'it'} ${problem.message}`);
}

/** Version 1 knew one column, and said nothing of where things came from. */
function upgraded({ samples, ...manifest }: Record<string, unknown>): Record<string, unknown> {
  return { ...manifest, version: modelVersion, columns: { samples }, judgingRule: 1 };
}

function parse(text: string): Record<string, unknown> | null {
  const value = boundedJson(text);
  return isMapping(value) ? value : null;
}

/** Values of samples times it are far from the largest float32, 3.4e38. */
const largestScale = 1e30;

const count = { type: 'integer', minimum: 0 };
const positive = { type: 'integer', minimum: 1 };

const validate = new Ajv({ strict: true, ownProperties: true }).compile<Manifest>({
  ...closed(
    {
      format: { const: format },
      version: { const: modelVersion },
      twinspec: { type: 'string' },
      spec: { type: 'object' },
      columns: {
        type: 'object',
        minProperties: 1,
        additionalProperties: closed(
          {
            shape: { type: 'array', items: positive, maxItems: 8 },
            dtype: { enum: ['uint8', 'int32', 'float32'] },
            scale: { type: 'number', minimum: -largestScale, maximum: largestScale },
          },
          { range: { type: 'array', items: { type: 'number' }, minItems: 2, maxItems: 2 } },
        ),
      },
      classes: count,
      dimension: positive,
      threshold: { type: 'number', minimum: 0 },
      judgingRule: { enum: [1, 2] },
      state: { type: 'array', items: { type: 'string' }, uniqueItems: true },
      files: closed({ 'model.safetensors': closed({ bytes: count, sha256: { type: 'string' } }) }),
    },
    {
      classNames: { type: 'array', items: { anyOf: [{ type: 'string' }, { type: 'integer' }] } },
      thresholdFrom: { enum: ['spec', 'validation', 'calibration'] },
      datasetSha256: { type: 'string' },
      probe: closed({
        embeddings: { type: 'array', items: { type: 'array', items: { type: 'number' } } },
        distances: { type: 'array', items: { type: 'number' } },
      }),
    },
  ),
});

function closed(properties: Record<string, unknown>, optional: Record<string, unknown> = {}): object {
  return {
    type: 'object',
    properties: { ...properties, ...optional },
    required: Object.keys(properties),
    additionalProperties: false,
  };
}
