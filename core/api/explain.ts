import type { Base } from '../plugin/kinds/base.js';
import type { Descriptor } from '../plugin/descriptor.js';
import type { Data } from '../data/data.js';
import type { Column, Samples, Unit } from '../plugin/kinds/dataset.js';
import type { EngineReport } from '../plugin/kinds/engine.js';
import { onBackend } from '../plugin/on-backend.js';
import type { Sampler } from '../plugin/kinds/sampler.js';
import type { Schedule } from '../plugin/kinds/schedule.js';
import { sizeOf, type HostTensors, type Shape, type Tf } from '../plugin/tensors.js';
import { TwinspecError, type Problem } from '../errors.js';
import { describeLayers, type LayerRow } from '../graph/describe-layers.js';
import { countOf, samplesPerExample } from '../plugin/examples.js';
import { families } from '../graph/places.js';
import { traceSpec } from '../spec/load-spec.js';
import type { Origin } from '../spec/read/origins.js';
import type { Spec } from '../spec/shell/spec.js';
import { sampledEpoch } from '../data/sampled-epoch.js';
import { tallying } from '../training/events.js';
import { warmUp } from '../training/warm-up.js';
import { newTally, type Counted } from '../words/tally.js';
import { loadTf } from '../wiring/load-tf.js';
import { registryWith } from '../wiring/registry.js';
import { shapesOf } from '../plugin/columns.js';
import { openRun, type OpenRun } from '../wiring/open-run.js';
import { parts, plugins } from '../wiring/tokens.js';

export interface ExplainOptions {
  readonly plugins?: readonly Descriptor[];
  readonly set?: readonly string[];
  readonly onWarning?: (warning: Problem) => void;
  readonly signal: AbortSignal;
}

/** What a spec comes to, before anything is trained. */
export interface Explanation {
  readonly spec: Spec;
  /** By dotted path. */
  readonly origins: ReadonlyMap<string, Origin>;
  readonly dataset: {
    /** Of the first column, where there are several. */
    readonly sampleShape: Shape;
    /** Shape of one sample of each column. */
    readonly columns: Readonly<Record<string, Shape>>;
    /** Those of the training rows; 0 where there are no labels. */
    readonly classes: number;
    readonly unit: Unit;
    readonly examples: Readonly<Record<'train' | 'validation' | 'test', number>>;
    /** Time that loading took. */
    readonly seconds: number;
  };
  readonly layers: readonly LayerRow[];
  /** Numbers in all weights. */
  readonly parameters: number;
  /** Those of the loss's own. */
  readonly lossParameters: number;
  /** Length of an embedding. */
  readonly dimension: number;
  /** What a batch holds. */
  readonly batch: { readonly unit: Unit; readonly size: number; readonly rows: number };
  readonly stepsPerEpoch: number;
  readonly totalSteps: number;
  readonly learningRate: {
    /** At equal distances over the run, the first and the last step among them. */
    readonly values: readonly number[];
    /** Whether it also depends on how training goes. */
    readonly observes: boolean;
  };
  /** Estimates, in bytes. */
  readonly memory: { readonly samples: number; readonly carried: number; readonly step: number };
  /** What plugins warn of. */
  readonly warnings: readonly Counted[];
  readonly engine: { readonly report: EngineReport; readonly reason: string } | { readonly refusal: string };
}

const plotted = 60;
const float = 4;

/** Explains a spec file: loads its dataset and builds its network, and trains nothing. */
export async function explain(file: string, options: ExplainOptions): Promise<Explanation> {
  const registry = registryWith(options.plugins);
  const { spec, origins } = await traceSpec(file, {
    registry,
    set: options.set ?? [],
    ...(options.onWarning && { onWarning: options.onWarning }),
  });
  const tf = await loadTf();
  const started = performance.now();
  const warnings = newTally();
  const run = await openRun(spec, { registry, emit: tallying(warnings), signal: options.signal });
  const seconds = (performance.now() - started) / 1000;
  const { data: dataset } = run;
  const graph = await run.get(parts.graph);
  const layers = layersOf(tf, await run.get(plugins.base), dataset);
  const batches = batchesOf(spec, dataset, await run.get(plugins.sampler));
  const stepsPerEpoch = Math.ceil(batches.count / spec.training.accumulate);
  const totalSteps = Math.min(spec.training.epochs * stepsPerEpoch, spec.training.maxSteps ?? Infinity);
  return {
    spec,
    origins,
    dataset: { ...describeDataset(dataset), seconds },
    layers,
    parameters: graph.parameters,
    lossParameters: numbersIn(graph.initial, families.weights.key('loss/')),
    dimension: graph.dimension,
    batch: batches.first,
    stepsPerEpoch,
    totalSteps,
    learningRate: learningRateOf(spec, await run.get(plugins.schedule), stepsPerEpoch, totalSteps),
    memory: {
      samples: Object.values(dataset.samples).reduce((sum, column) => sum + bytesOf(column), 0),
      carried: float * (numbersIn(graph.initial) + graph.parameters),
      step: stepBytes(dataset.samples, layers, batches.first.rows, graph.samplesAtOnce),
    },
    engine: await engineOf(run),
    warnings: warnings.all(),
  };
}

/** What a column takes in memory, bytes; nothing where it is read by row. */
function bytesOf(column: Column): number {
  return 'data' in column ? column.data.byteLength : 0;
}

function describeDataset({ samples, classes, train, validation, test }: Data) {
  const columns = shapesOf(samples);
  const count = (examples: Data['test']) => (examples === null ? 0 : countOf(examples));
  return {
    sampleShape: Object.values(columns)[0],
    columns,
    classes,
    unit: train.unit,
    examples: { train: count(train), validation: count(validation), test: count(test) },
  };
}

function layersOf(tf: Tf, base: Base, { samples }: Data): readonly LayerRow[] {
  return onBackend(tf, 'cpu', () => {
    const columns = shapesOf(samples);
    const model = base.model(Object.values(columns)[0], columns);
    const layers = describeLayers(model);
    model.dispose();
    return layers;
  });
}

function batchesOf(spec: Spec, dataset: Data, sampler: Sampler) {
  const epoch = sampledEpoch(spec, dataset, sampler, 1);
  const first = epoch.batch(0);
  const size = countOf(first);
  return { count: epoch.batches, first: { unit: first.unit, size, rows: size * samplesPerExample(first.unit) } };
}

function learningRateOf({ training }: Spec, plugin: Schedule, stepsPerEpoch: number, totalSteps: number) {
  const schedule = warmUp(plugin, training.warmupSteps);
  const count = Math.min(plotted, totalSteps);
  const values = Array.from({ length: count }, (_, index) => {
    const step = 1 + Math.round((index * (totalSteps - 1)) / Math.max(1, count - 1));
    return schedule.learningRate({ step, stepsPerEpoch, totalSteps }, schedule.memory?.initial ?? null);
  });
  return { values, observes: schedule.memory !== undefined };
}

function numbersIn(tensors: HostTensors, prefix = ''): number {
  const own = Object.entries(tensors).filter(([place]) => place.startsWith(prefix));
  return own.reduce((sum, [, { data }]) => sum + data.length, 0);
}

/**
 * What training and judging hold beside: outputs of all layers, their gradients, and as much again to compute with. As
 * measured on the onnx engine, within a third for the shipped bases.
 */
function stepBytes(samples: Samples, layers: readonly LayerRow[], rows: number, samplesAtOnce: number): number {
  const sampleSize = Object.values(samples).reduce((sum, { shape }) => sum + sizeOf(shape), 0);
  const outputs = layers.reduce((sum, { output }) => sum + sizeOf(output), 0);
  return float * (rows * (sampleSize + 4 * outputs) + samplesAtOnce * 2 * outputs);
}

async function engineOf(run: OpenRun): Promise<Explanation['engine']> {
  try {
    for await (const { engine, reason } of run.engines()) return { report: engine.report, reason };
    return { refusal: 'No engine can run here.' };
  } catch (error) {
    if (error instanceof TwinspecError && error.code === 'ENGINE_UNAVAILABLE') return { refusal: error.message };
    throw error;
  }
}
