import { Ajv } from 'ajv';
import { TwinspecError } from '../errors.js';
import type { Shape } from '../plugin/tensors.js';
import type { Spec } from '../spec/shell/spec.js';
import type { Dtype } from '../run/dtype.js';
import { sha256, type FileRecord } from '../run/storage.js';

/** Version of the folder `model/`: it grows when an older Twinspec could not read a newer folder. */
export const modelVersion = 1;
const format = 'twinspec-model';

/** How samples have to look to be embedded. */
export interface SampleFormat {
  /** Shape of one sample, such as [28, 28, 1]. */
  readonly shape: Shape;
  readonly dtype: Dtype;
  /** Factor that the network sees each value times. */
  readonly scale: number;
}

/** What a saved model is, without its numbers. */
export interface ModelDescription {
  /** The resolved spec that the model was trained by. */
  readonly spec: Spec;
  readonly samples: SampleFormat;
  /** Number of classes that it was trained on; 0 where there were no labels. */
  readonly classes: number;
  /** Length of an embedding. */
  readonly dimension: number;
  /** Distance under which a pair counts as the same class. */
  readonly threshold: number;
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
  if (validate(manifest)) return manifest;
  const [problem] = validate.errors!;
  return refuse(`is incomplete: ${problem.instancePath || 'it'} ${problem.message}`);
}

function parse(text: string): Record<string, unknown> | null {
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === 'object' ? (value as Record<string, unknown> | null) : null;
  } catch {
    return null;
  }
}

const count = { type: 'integer', minimum: 0 };
const positive = { type: 'integer', minimum: 1 };

const validate = new Ajv({ strict: true, ownProperties: true }).compile<Manifest>({
  ...closed({
    format: { const: format },
    version: { const: modelVersion },
    twinspec: { type: 'string' },
    spec: { type: 'object' },
    samples: closed({
      shape: { type: 'array', items: positive },
      dtype: { enum: ['uint8', 'int32', 'float32'] },
      scale: { type: 'number' },
    }),
    classes: count,
    dimension: positive,
    threshold: { type: 'number' },
    state: { type: 'array', items: { type: 'string' }, uniqueItems: true },
    files: closed({ 'model.safetensors': closed({ bytes: count, sha256: { type: 'string' } }) }),
  }),
});

function closed(properties: Record<string, unknown>): object {
  return { type: 'object', properties, required: Object.keys(properties), additionalProperties: false };
}
