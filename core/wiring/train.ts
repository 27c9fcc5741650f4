import type { LoadedDataset } from '../plugin/dataset.js';
import type { Descriptor } from '../plugin/descriptor.js';
import { token } from '../plugin/services.js';
import { TwinspecError } from '../errors.js';
import { Evaluator } from '../evaluation/evaluator.js';
import { fitThreshold, verify, type VerificationMetrics } from '../evaluation/verification.js';
import { countOf } from '../graph/examples.js';
import { within } from '../graph/places.js';
import type { SiameseGraph } from '../graph/siamese-graph.js';
import type { Spec } from '../spec/spec.js';
import type { SpecInput } from '../spec/spec-input.js';
import { validateSpec } from '../spec/validate-spec.js';
import { eventVersion, type RunEvent, type RunSummary } from '../training/events.js';
import { Trainer } from '../training/trainer.js';
import { dtypeOf } from '../run/dtype.js';
import { describeEnvironment } from '../run/environment.js';
import { datasetFingerprint, weightsSha256 } from '../run/fingerprints.js';
import { saveModel, type SavedModel } from '../run/model-folder.js';
import { openRecorder, type Recorder } from '../run/recorder.js';
import { createRunFolder, writeStart, writeSummary } from '../run/run-folder.js';
import { resolvedYaml } from '../spec/resolved-yaml.js';
import { createContainer, pluginUses, type DataShape } from './container.js';
import { loadTf } from './load-tf.js';
import { openModel, type Model } from './model.js';
import { loadDataset, openSession, registryWith } from './session.js';

export interface TrainOptions {
  /** Plugins that the spec may name beside the shipped ones. */
  readonly plugins?: readonly Descriptor[];
  /** Called with every event, in order, while training goes on. What it throws ends the run. */
  readonly onEvent?: (event: RunEvent) => void;
  /** Stops the run between two steps; the promise then rejects with ABORTED. */
  readonly signal?: AbortSignal;
  /** Writes a run folder: this very one, which must be new or empty, or a new one under a root. Without it nothing is written. */
  readonly folder?: { readonly out: string } | { readonly root: string };
  /** The text that the spec was read from, for the run folder's spec.yaml. */
  readonly source?: string;
}

export interface TrainResult {
  readonly summary: RunSummary;
  /** Absolute path of the run folder; null where none was asked for. */
  readonly folder: string | null;
  /** The trained network, ready to embed and compare. Dispose of it when done. */
  readonly model: Model;
}

/**
 * Trains and judges the network that a spec declares. Prints nothing and leaves tfjs as it was.
 *
 * @throws TwinspecError with one of the codes of `errorCodes`
 */
export async function train(input: Spec | SpecInput, options: TrainOptions = {}): Promise<TrainResult> {
  const signal = options.signal ?? new AbortController().signal;
  try {
    return await run(input, options, signal);
  } catch (error) {
    if (!signal.aborted || error !== signal.reason) throw error;
    throw new TwinspecError('ABORTED', 'The run was stopped by its signal.', { cause: error });
  }
}

async function run(input: Spec | SpecInput, options: TrainOptions, signal: AbortSignal): Promise<TrainResult> {
  const started = performance.now();
  let recorder: Recorder | null = null;
  const emit = (event: RunEvent) => {
    recorder?.record(event);
    options.onEvent?.(event);
  };
  const registry = registryWith(options.plugins);
  const spec = validateSpec(input, { registry });
  const tf = await loadTf();
  const container = createContainer(spec, registry, tf, emit);
  const dataset = await loadDataset(container, spec, signal);
  const graph = container.get<SiameseGraph>(token('graph'));
  const opened = await openSession(container, { spec, registry, samples: dataset.samples, emit }, (session) =>
    session.get(Trainer).prepare(),
  );
  const { session, engine, reason } = opened;
  try {
    const folder = await makeFolder(spec, options);
    if (folder !== null) {
      const uses = Object.entries({ ...pluginUses(spec), engine: { use: engine.report.engine } });
      await writeStart(folder, {
        given: options.source ?? resolvedYaml(spec),
        spec,
        environment: describeEnvironment({
          engine: engine.report,
          seed: spec.seed,
          plugins: uses.map(([kind, { use }]) => ({ kind, name: use })),
          datasetSha256: datasetFingerprint(dataset),
        }),
      });
      recorder = await openRecorder(folder);
    }
    const trainer = opened.container.get(Trainer);
    const { epochs } = spec.training;
    emit({
      type: 'started',
      version: eventVersion,
      name: spec.name,
      seed: spec.seed,
      engine: engine.report,
      engineReason: reason,
      parameters: graph.parameters,
      examples: examplesOf(dataset),
      epochs,
      stepsPerEpoch: trainer.stepsPerEpoch,
      totalSteps: trainer.stepsPerEpoch * epochs,
    });
    const judge = judgeOf(opened.container.get(Evaluator), dataset, spec);
    let validation: VerificationMetrics | null = null;
    const result = await trainer.train(async () => (validation = await judge('validation')), signal);
    const test = await judge('test');

    const carried = await session.read();
    const { samples } = dataset;
    const saved: SavedModel = {
      spec,
      weights: within('weights', carried),
      state: within('state', carried),
      samples: { shape: samples.shape, dtype: dtypeOf(samples.data), scale: samples.scale ?? 1 },
      classes: container.get<DataShape>(token('data-shape')).classes,
      dimension: graph.dimension,
      threshold: judge.threshold(),
    };
    const summary: RunSummary = {
      version: 1,
      name: spec.name,
      seed: spec.seed,
      engine: engine.report,
      epochs,
      steps: result.steps,
      timing: { ...result.timing, totalSeconds: (performance.now() - started) / 1000 },
      trainingLoss: result.loss,
      validation,
      test,
      threshold: saved.threshold,
      weightsSha256: weightsSha256({ ...saved.weights, ...saved.state }),
    };
    if (folder !== null) {
      await saveModel(folder, saved);
      await writeSummary(folder, summary);
    }
    const model = await openModel(saved, { plugins: options.plugins ?? [] });
    emit({ type: 'finished', summary });
    return { summary, folder, model };
  } finally {
    await session.dispose();
    await recorder?.close();
  }
}

async function makeFolder({ name }: Spec, { folder }: TrainOptions): Promise<string | null> {
  if (folder === undefined) return null;
  return createRunFolder('out' in folder ? folder : { ...folder, name, now: new Date() });
}

/** Judges a split with the current weights; null where there is none. A threshold to be fitted is fitted on validation. */
function judgeOf(evaluator: Evaluator, dataset: LoadedDataset, { evaluation }: Spec) {
  let threshold = evaluation.threshold === 'fit' ? null : evaluation.threshold;
  const judge = async (split: 'validation' | 'test'): Promise<VerificationMetrics | null> => {
    const examples = dataset[split];
    if (examples === null) return null;
    const { distances, same } = await evaluator.measure(examples);
    if (split === 'validation' && evaluation.threshold === 'fit') threshold = fitThreshold(distances, same);
    return verify(distances, same, threshold!);
  };
  return Object.assign(judge, { threshold: () => threshold });
}

function examplesOf({ train, validation, test }: LoadedDataset): { train: number; validation: number; test: number } {
  const count = (examples: LoadedDataset['test']) => (examples === null ? 0 : countOf(examples));
  return { train: count(train), validation: count(validation), test: count(test) };
}
