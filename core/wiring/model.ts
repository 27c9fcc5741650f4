import type { Descriptor } from '../plugin/descriptor.js';
import type { EngineReport } from '../plugin/engine.js';
import { token } from '../plugin/services.js';
import { sizeOf, type HostTensor, type HostTensors, type Shape } from '../plugin/tensors.js';
import { TwinspecError } from '../errors.js';
import type { Embedder } from '../evaluation/embedder.js';
import { under } from '../graph/places.js';
import type { SiameseGraph } from '../graph/siamese-graph.js';
import { readModel, type SavedModel } from '../run/model-folder.js';
import { noLimits } from '../spec/limits.js';
import type { Spec } from '../spec/spec.js';
import { validateSpec } from '../spec/validate-spec.js';
import { createContainer } from './container.js';
import { loadTf } from './load-tf.js';
import { registryWith } from './registry.js';
import { bindDataShape, openSession, type OpenSession } from './session.js';

/** A trained network that embeds and compares. */
export interface Model {
  readonly spec: Spec;
  readonly engine: EngineReport;
  /** Shape of one sample, such as [28, 28, 1]. */
  readonly sampleShape: Shape;
  /** Length of an embedding. */
  readonly dimension: number;
  /** Distance under which two samples count as the same class; null where none was found. */
  readonly threshold: number | null;
  /**
   * Embeds samples given as the dataset gives them, such as bytes from 0 to 255 for MNIST; scaling is done here.
   *
   * @param samples n × sample size values, row-major
   * @returns [n, dimension]
   * @throws CALL_INVALID where the length is no multiple of the sample size
   */
  embed(samples: ArrayLike<number>): Promise<HostTensor>;
  /**
   * The distance of each pair of embeddings.
   *
   * @param left [n, dimension], as `embed` gives it
   * @param right [n, dimension]
   * @returns n distances
   */
  distance(left: HostTensor, right: HostTensor): Promise<Float32Array>;
  /** Frees the engine's memory. May be called twice. */
  dispose(): Promise<void>;
}

export interface ModelOptions {
  /** The plugins that the model was trained with, beside the shipped ones. */
  readonly plugins?: readonly Descriptor[];
  /** Another engine than the one in its spec, such as `cpu`. */
  readonly engine?: string;
}

/**
 * Loads the model of a finished run, from the folder of the run or from its `model/`.
 *
 * @throws RUN_FOLDER, MODEL_INVALID, and what `train` throws for a spec that does not fit the plugins
 */
export async function loadModel(folder: string, options: ModelOptions = {}): Promise<Model> {
  return openModel(await readModel(folder), options);
}

/** A model with the container behind it, for the callers that evaluate it. */
export async function openModel(saved: SavedModel, options: ModelOptions): Promise<Model> {
  const { session, engine, container } = await openSaved(saved, options);
  const embedder = container.get<Embedder>(token('embedder'));
  const { dimension } = container.get<SiameseGraph>(token('graph'));
  const { spec, threshold, samples } = saved;
  const size = sizeOf(samples.shape);
  const scale = Math.fround(samples.scale);
  return {
    spec,
    engine: engine.report,
    sampleShape: samples.shape,
    dimension,
    threshold,
    async embed(values) {
      const n = values.length / size;
      if (!Number.isInteger(n)) {
        throw new TwinspecError(
          'CALL_INVALID',
          `embed got ${values.length} values, which is no multiple of ${size}, the size of a sample of shape [${samples.shape.join(', ')}].`,
          { hint: 'Pass whole samples, one after the other.' },
        );
      }
      const data = new Float32Array(values.length);
      for (let index = 0; index < data.length; index++) data[index] = values[index] * scale;
      return embedder.samples({ shape: [n, ...samples.shape], data });
    },
    async distance(left, right) {
      const wrong = [left, right].find(({ shape }) => shape.length !== 2 || shape[1] !== dimension);
      if (wrong !== undefined || left.shape[0] !== right.shape[0]) {
        const shapes = [left, right].map(({ shape }) => `[${shape.join(', ')}]`).join(' and ');
        throw new TwinspecError('CALL_INVALID', `distance got embeddings of shapes ${shapes}.`, {
          hint: `Pass two of shape [n, ${dimension}], as embed gives them.`,
        });
      }
      return embedder.distances(left.data, right.data);
    },
    dispose: () => session.dispose(),
  };
}

async function openSaved(saved: SavedModel, { plugins, engine }: ModelOptions): Promise<OpenSession> {
  const registry = registryWith(plugins);
  const spec = validateSpec(engine === undefined ? saved.spec : { ...saved.spec, engine }, {
    registry,
    limits: noLimits,
  });
  const tf = await loadTf();
  const run = createContainer(spec, registry, tf, () => undefined);
  bindDataShape(run, { sampleShape: saved.samples.shape, classes: saved.classes });
  const opened = await openSession(run, { spec, registry, samples: null, emit: () => undefined }, () =>
    Promise.resolve(),
  );
  opened.session.write(carriedOf(saved, run.get<SiameseGraph>(token('graph'))));
  return opened;
}

/** The saved tensors as a session carries them, checked against what the graph expects. */
export function carriedOf({ weights, state }: Pick<SavedModel, 'weights' | 'state'>, graph: SiameseGraph): HostTensors {
  const carried = { ...under(graph.judged, weights), ...under('state', state) };
  for (const [place, { shape }] of Object.entries(graph.initial)) {
    const isSaved = place.startsWith(`${graph.judged}/`) || place.startsWith('state/');
    if (!isSaved || String(carried[place]?.shape) === String(shape)) continue;
    const found = carried[place] === undefined ? 'has none' : `has shape [${carried[place].shape.join(', ')}]`;
    throw new TwinspecError(
      'MODEL_INVALID',
      `The model ${found} for ${place}, and its spec makes [${shape.join(', ')}].`,
      {
        hint: 'Load it with the same plugins that it was trained with.',
      },
    );
  }
  return carried;
}
