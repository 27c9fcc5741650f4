import type { Descriptor } from '../plugin/descriptor.js';
import type { EngineReport } from '../plugin/kinds/engine.js';
import type { HostTensor, HostTensors, Shape } from '../plugin/tensors.js';
import { embedder } from '../evaluation/embedder.js';
import { carriedBy } from '../graph/carried.js';
import type { Inference } from '../graph/inference.js';
import { families } from '../graph/places.js';
import { readModel, type SavedModel } from './model-folder.js';
import type { Registry } from '../plugin/registry.js';
import type { Spec } from '../spec/shell/spec.js';
import { validateSaved } from '../spec/validate-saved.js';
import type { SampleFormat } from './sample-format.js';
import { checkProbe, probeOf, type Probe } from './probe.js';
import { checkEmbedded, checkEmbeddings, checkOpen, repeated, sampleValues, type GivenSamples } from './model-calls.js';
import { shapesOf } from '../plugin/columns.js';
import { registryWith } from '../wiring/registry.js';
import { openNetwork } from '../wiring/open-run.js';
import { parts } from '../wiring/tokens.js';

/** A trained network that embeds and compares. */
export interface Model {
  readonly spec: Spec;
  readonly engine: EngineReport;
  /** Shape of one sample, such as [28, 28, 1]; of its first column, where there are several. */
  readonly sampleShape: Shape;
  /** How the samples look, by column. */
  readonly columns: Readonly<Record<string, SampleFormat>>;
  /** Length of an embedding. */
  readonly dimension: number;
  /** Distance under which two samples count as the same class. */
  readonly threshold: number;
  /**
   * Embeds samples given as the dataset gives them, such as bytes from 0 to 255 for MNIST; scaling is done here.
   *
   * @param samples n × sample size values, row-major, or `{ shape, data }`, whose shape is checked; of each column by name,
   *   where there are several
   * @returns [n, dimension]
   * @throws CALL_INVALID where they are not whole samples of numbers, for bytes where they are scaled already, or after
   *   `dispose`; NON_FINITE where an embedding is not finite
   */
  embed(samples: GivenSamples): Promise<HostTensor>;
  /**
   * The distance of each pair of embeddings, or of one to each of many.
   *
   * @param left [n, dimension], as `embed` gives it, or [1, dimension]
   * @param right [n, dimension], or [1, dimension]
   * @returns n distances
   * @throws CALL_INVALID where they are not embeddings of one sample or of as many, or after `dispose`
   */
  distance(left: HostTensor, right: HostTensor): Promise<Float32Array>;
  /** Frees the engine's memory, when the calls that run are done. May be called twice. */
  dispose(): Promise<void>;
}

export interface ModelOptions {
  /** Of the plugins that it was trained with, those of base, distance and engine that are not shipped; to evaluate, of the dataset too. */
  readonly plugins?: readonly Descriptor[];
  /** Another engine than the one in its spec, such as `cpu`. */
  readonly engine?: string;
  /**
   * Hears, once each, what is doubtful about samples to embed, such as values of another scale than those that the model was
   * trained on; `process.emitWarning` when absent.
   */
  readonly onWarning?: (message: string) => void;
}

function warnProcess(message: string): void {
  process.emitWarning(message, { code: 'TWINSPEC' });
}

/**
 * Loads the model of a finished run, from the folder of the run or from its `model/`.
 *
 * @throws RUN_FOLDER, MODEL_INVALID, and what `train` throws for a spec that does not fit the plugins
 */
export async function loadModel(folder: string, options: ModelOptions = {}): Promise<Model> {
  const saved = await readModel(folder);
  return openModel(saved, options, saved.probe);
}

/**
 * A model of what was saved or is about to be. Of its plugins only base, distance and engine need be there.
 *
 * @param probe what it has to give; absent where it was made by the same code
 * @throws MODEL_INVALID where it gives something else
 */
export async function openModel(
  saved: SavedModel,
  { plugins, engine, onWarning = warnProcess }: ModelOptions,
  probe?: Probe,
): Promise<Model> {
  const registry = registryWith(plugins);
  const shape = { columns: shapesOf(saved.columns), classes: saved.classes, facts: [] };
  const opened = await openNetwork(specOf(saved, networkKeys, registry, engine), shape, registry, replacing(saved));
  const network = await opened.get(parts.inference);
  const { session, engine: report } = await opened.openSession(carriedOf(saved, network));
  const { dimension } = network;
  const computed = embedder(session, network, true);
  const { spec, threshold, columns } = saved;
  try {
    if (probe !== undefined) checkProbe(probe, await probeOf(computed, columns), spec);
  } catch (error) {
    await session.dispose();
    throw error;
  }
  let disposed = false;
  const running = new Set<Promise<unknown>>();
  const during = async <T>(call: Promise<T>): Promise<T> => {
    running.add(call);
    return call.finally(() => running.delete(call));
  };
  const told = new Set<string>();
  const warnOnce = (column: string, message: string) => {
    if (!told.has(column)) onWarning(message);
    told.add(column);
  };
  return {
    spec,
    engine: report,
    sampleShape: Object.values(columns)[0].shape,
    columns,
    dimension,
    threshold,
    async embed(values) {
      checkOpen('embed', disposed);
      const embeddings = await during(computed.samples(sampleValues(values, columns, warnOnce), columns));
      checkEmbedded(embeddings);
      return embeddings;
    },
    async distance(left, right) {
      checkOpen('distance', disposed);
      checkEmbeddings(left, right, dimension);
      const count = left.shape[0] === 1 ? right.shape[0] : left.shape[0];
      return during(computed.distances(repeated(left, count), repeated(right, count)));
    },
    async dispose() {
      disposed = true;
      await Promise.allSettled(running);
      await session.dispose();
    },
  };
}

/** First values that the saved tensors replace. */
export function replacing({ weights, state }: Pick<SavedModel, 'weights' | 'state'>): { readonly replacedBy: number } {
  const all = [...Object.values(weights), ...Object.values(state)];
  return { replacedBy: all.reduce((sum, { data }) => sum + data.length, 0) };
}

/** What a model is made of. */
export const networkKeys = ['base', 'embedding', 'distance', 'engine'] as const;

/** The spec of a saved model, valid in these keys; with another engine where one is named. */
export function specOf(
  { spec }: Pick<SavedModel, 'spec'>,
  keys: readonly (keyof Spec)[],
  registry: Registry,
  engine = spec.engine.use,
): Spec {
  const options = engine === spec.engine.use ? spec.engine.with : {};
  return validateSaved({ ...spec, engine: { use: engine, with: options } }, keys, registry);
}

/** The saved tensors as a session carries them, checked against what the network expects. */
export function carriedOf(
  { weights, state }: Pick<SavedModel, 'weights' | 'state'>,
  { initial }: Pick<Inference, 'initial'>,
): HostTensors {
  return carriedBy({ ...families.weights.under(weights), ...families.state.under(state) }, initial, {
    code: 'MODEL_INVALID',
    title: 'The model',
    hint: 'Load it with the same plugins that it was trained with.',
  });
}
