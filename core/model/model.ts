import { TwinspecError } from '../errors.js';
import type { Descriptor } from '../plugin/descriptor.js';
import type { EngineReport, EngineSession } from '../plugin/kinds/engine.js';
import { token } from '../plugin/services.js';
import type { HostTensor, HostTensors, Shape } from '../plugin/tensors.js';
import { embedder } from '../evaluation/embedder.js';
import { carriedBy } from '../graph/carried.js';
import { inference, type Inference } from '../graph/inference.js';
import type { Network } from '../graph/network.js';
import { families, type Family } from '../graph/places.js';
import { readModel, type SavedModel } from './model-folder.js';
import { noLimits } from '../spec/read/limits.js';
import type { Spec } from '../spec/shell/spec.js';
import { validateSpec } from '../spec/validate-spec.js';
import { createContainer } from '../wiring/container.js';
import { loadTf } from '../wiring/load-tf.js';
import { checkEmbeddings, checkOpen, sampleValues } from './model-calls.js';
import { registryWith } from '../wiring/registry.js';
import type { Workshop } from '../wiring/create-plugin.js';
import { engineChoices } from '../wiring/engine-choice.js';
import { bindDataShape } from '../wiring/session.js';

/** A trained network that embeds and compares. */
export interface Model {
  readonly spec: Spec;
  readonly engine: EngineReport;
  /** Shape of one sample, such as [28, 28, 1]. */
  readonly sampleShape: Shape;
  /** Length of an embedding. */
  readonly dimension: number;
  /** Distance under which two samples count as the same class. */
  readonly threshold: number;
  /**
   * Embeds samples given as the dataset gives them, such as bytes from 0 to 255 for MNIST; scaling is done here.
   *
   * @param samples n × sample size values, row-major
   * @returns [n, dimension]
   * @throws CALL_INVALID where they are not whole samples of numbers, or after `dispose`
   */
  embed(samples: ArrayLike<number>): Promise<HostTensor>;
  /**
   * The distance of each pair of embeddings.
   *
   * @param left [n, dimension], as `embed` gives it
   * @param right [n, dimension]
   * @returns n distances
   * @throws CALL_INVALID where they are not embeddings of as many samples, or after `dispose`
   */
  distance(left: HostTensor, right: HostTensor): Promise<Float32Array>;
  /** Frees the engine's memory. May be called twice. */
  dispose(): Promise<void>;
}

export interface ModelOptions {
  /** The plugins that the model was trained with beside the shipped ones, that of its dataset among them. */
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

/** A model of what was saved or is about to be. */
export async function openModel(saved: SavedModel, options: ModelOptions): Promise<Model> {
  const { session, report, network } = await openSaved(saved, options);
  const { dimension } = network;
  const computed = embedder(session, network, true);
  const { spec, threshold, samples } = saved;
  let disposed = false;
  return {
    spec,
    engine: report,
    sampleShape: samples.shape,
    dimension,
    threshold,
    async embed(values) {
      checkOpen('embed', disposed);
      return computed.samples(sampleValues(values, samples.shape), samples);
    },
    async distance(left, right) {
      checkOpen('distance', disposed);
      checkEmbeddings(left, right, dimension);
      return computed.distances(left.data, right.data);
    },
    dispose() {
      disposed = true;
      return session.dispose();
    },
  };
}

interface OpenedModel {
  readonly session: EngineSession;
  readonly report: EngineReport;
  readonly network: Inference;
}

async function openSaved(saved: SavedModel, { plugins, engine }: ModelOptions): Promise<OpenedModel> {
  const registry = registryWith(plugins);
  const spec = validateSpec(engine === undefined ? saved.spec : { ...saved.spec, engine }, {
    registry,
    limits: noLimits,
  });
  const tf = await loadTf();
  const run = createContainer(spec, registry, tf, () => undefined, 'replaced');
  bindDataShape(run, { sampleShape: saved.samples.shape, classes: saved.classes });
  const network = inference(tf, await run.getAsync<Network>(token('network')));
  const carried = carriedOf(saved, network);
  for await (const { engine } of engineChoices(spec, run.get<Workshop>(token('workshop')))) {
    const session = await engine.open(null);
    session.write(carried);
    return { session, report: engine.report, network };
  }
  throw new TwinspecError('ENGINE_UNAVAILABLE', 'No engine can run here.');
}

/** The saved tensors as a session carries them, checked against what the graph expects. */
export function carriedOf(
  { weights, state }: Pick<SavedModel, 'weights' | 'state'>,
  { initial }: Pick<Inference, 'initial'>,
  judged: Family = families.weights,
): HostTensors {
  const expected = Object.entries(initial).filter(([key]) => judged.has(key) || families.state.has(key));
  return carriedBy({ ...judged.under(weights), ...families.state.under(state) }, Object.fromEntries(expected), {
    code: 'MODEL_INVALID',
    title: 'The model',
    hint: 'Load it with the same plugins that it was trained with.',
  });
}
