import { resolve } from 'node:path';
import type { LoadedDataset } from '../../plugin/kinds/dataset.js';
import type { Descriptor } from '../../plugin/descriptor.js';
import type { Sampler } from '../../plugin/kinds/sampler.js';
import { token } from '../../plugin/services.js';
import { TwinspecError, type Problem } from '../../errors.js';
import { distanceHistograms } from '../../evaluation/distance-histograms.js';
import type { Embedder } from '../../evaluation/embedder.js';
import { Evaluator } from '../../evaluation/evaluator.js';
import { countOf } from '../../plugin/examples.js';
import { carriedBy, type CarriedFrom } from '../../graph/carried.js';
import { families } from '../../graph/places.js';
import type { SiameseGraph } from '../../graph/siamese-graph.js';
import { formatProblem } from '../../words/format-problem.js';
import type { Limits } from '../../spec/read/limits.js';
import type { Spec } from '../../spec/shell/spec.js';
import type { SpecInput } from '../../spec/shell/spec.js';
import { validateSpec } from '../../spec/validate-spec.js';
import { checkRun } from '../../training/check-run.js';
import { eventVersion, type RunEvent, type RunSummary } from '../../training/events.js';
import { newProgress } from '../../training/progress.js';
import { Trainer } from '../../training/trainer.js';
import { dtypeOf } from '../../run/dtype.js';
import { checkUnfinished } from '../../run/check-resume.js';
import { datasetFingerprint, weightsSha256 } from '../../run/fingerprints.js';
import { lockFolder, type Release } from '../../run/lock.js';
import { saveModel, type SavedModel } from '../../model/model-folder.js';
import { saveProjection } from '../../run/projection.js';
import { writeSummary } from '../../run/run-folder.js';
import { findContinuation, type RunStore } from '../../run/run-store.js';
import { createContainer, type DataShape } from '../../wiring/container.js';
import { judgeOf } from '../../evaluation/judge.js';
import { loadTf } from '../../wiring/load-tf.js';
import { openModel, type Model } from '../../model/model.js';
import { projectionOf } from './projection.js';
import { registryWith } from '../../wiring/registry.js';
import { loadDataset, openSession } from '../../wiring/session.js';
import { fewExamples, smokeSpec } from './smoke.js';
import { openStore, resumeWarnings } from './store.js';
import { readWarmStart } from './warm-start.js';

export interface TrainOptions {
  /** Plugins that the spec may name beside the shipped ones. */
  readonly plugins?: readonly Descriptor[];
  /** Called with every event, in order, while training goes on. What it throws ends the run. */
  readonly onEvent?: (event: RunEvent) => void;
  /** Stops the run between two steps, with a checkpoint where there is a folder; the promise then rejects with ABORTED. */
  readonly signal?: AbortSignal;
  /** Awaited before each call of the engine: a promise that is still pending holds the run. */
  readonly gate?: () => Promise<void>;
  /** Writes a run folder: this very one, which must be new or empty, or a new one under a root. Without it nothing is written. */
  readonly folder?: { readonly out: string } | { readonly root: string };
  /** Goes on with the run in this folder, which must have begun with this spec; see `resume`. Not with `folder`. */
  readonly resume?: string;
  /** Takes first values from the model of another run, by place and shape: the folder of the run, or its `model/`. Not with `resume`. */
  readonly warmStart?: string;
  /** Tries the spec out: a few steps on a few examples, judged, saved and loaded like a whole run, in seconds. */
  readonly smoke?: boolean;
  /** Where the spec may be larger or smaller than usual; the limits that it was loaded with. */
  readonly limits?: Partial<Limits>;
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
  const locks: Release[] = [];
  try {
    return await run(input, options, signal, async (folder) => void locks.push(await lockFolder(folder)));
  } catch (error) {
    if (!signal.aborted || error !== signal.reason) throw error;
    throw new TwinspecError('ABORTED', 'The run was stopped by its signal before its first step.', { cause: error });
  } finally {
    for (const release of locks) await release();
  }
}

async function run(
  input: Spec | SpecInput,
  options: TrainOptions,
  signal: AbortSignal,
  lock: (folder: string) => Promise<void>,
): Promise<TrainResult> {
  const started = performance.now();
  let store: RunStore | null = null;
  const emit = (event: RunEvent) => {
    store?.record(event);
    options.onEvent?.(event);
  };
  const registry = registryWith(options.plugins);
  checkOptions(options);
  if (options.resume !== undefined) await lock(resolve(options.resume));
  const onWarning = (problem: Problem) => emit({ type: 'warning', message: formatProblem(problem), problem });
  const given = validateSpec(input, { registry, onWarning, ...(options.limits && { limits: options.limits }) });
  const spec = options.smoke ? smokeSpec(given) : given;
  const tf = await loadTf();
  const container = createContainer(spec, registry, tf, emit);
  const dataset = await loadDataset(container, spec, signal, options.smoke ? fewExamples : undefined);
  const isKept = options.folder !== undefined || options.resume !== undefined;
  const datasetSha256 = isKept ? datasetFingerprint(dataset) : null;
  const continuation =
    options.resume === undefined
      ? null
      : await findContinuation(resolve(options.resume), { spec, dataset: datasetSha256! });
  const graph = await container.getAsync<SiameseGraph>(token('graph'));
  if (!options.smoke) {
    const sampler = await container.getAsync<Sampler>(token('plugin:sampler'));
    for (const message of checkRun({ spec, dataset, sampler, graph })) emit({ type: 'warning', message });
  }
  const opened = await openSession(container, { spec, samples: dataset.samples, emit }, (session) =>
    session.getAsync(Trainer).then((trainer) => trainer.prepare()),
  );
  const { session, engine, reason } = opened;
  try {
    const warm = options.warmStart === undefined ? null : await readWarmStart(options.warmStart, graph);
    const trainer = await opened.container.getAsync(Trainer);
    if (continuation !== null && !options.smoke)
      await checkUnfinished(continuation.folder, trainer.endingOf(continuation.saved.progress));
    const start: RunEvent = {
      type: 'started',
      version: eventVersion,
      name: spec.name,
      seed: spec.seed,
      engine: engine.report,
      engineReason: reason,
      parameters: graph.parameters,
      examples: examplesOf(dataset),
      epochs: spec.training.epochs,
      stepsPerEpoch: trainer.steps.perEpoch,
      totalSteps: trainer.steps.total,
    };
    // The folder of a run that goes on has this event already.
    if (continuation !== null) emit(start);
    store = await openStore({ spec, engine: engine.report, datasetSha256, continuation, warm }, options);
    if (continuation === null) {
      if (store !== null) await lock(store.folder);
      emit(start);
    }
    if (warm !== null) {
      session.write(warm.tensors);
      if (warm.own.length > 0)
        emit({ type: 'warning', message: `The model to start from has nothing for ${warm.own.join(', ')}.` });
    }
    if (continuation !== null) {
      emit({ type: 'resumed', step: continuation.saved.progress.step, folder: continuation.from });
      for await (const message of resumeWarnings(continuation, engine.report)) emit({ type: 'warning', message });
      const jump = trainer.steps.rateJump(continuation.saved.progress, continuation.saved.spec.training);
      if (jump !== null) emit({ type: 'warning', message: jump });
      session.write(carriedBy(continuation.saved.tensors, graph.initial, fromCheckpoint));
    }
    const progress = continuation?.saved.progress ?? newProgress();
    const judge = judgeOf(await opened.container.getAsync(Evaluator), dataset, spec, (split, pairs) =>
      emit({ type: 'histograms', step: progress.step, histograms: distanceHistograms(split, pairs) }),
    );
    const { restored, endedBy, timing } = await trainer
      .train({
        progress,
        resumed: continuation !== null,
        best: families.best.within(continuation?.saved.tensors ?? {}),
        judge: () => judge.validation(),
        keep:
          store &&
          (async (checkpoint) => {
            const folder = await store!.keep(checkpoint);
            emit({ type: 'checkpointed', step: checkpoint.progress.step, folder });
          }),
        signal,
        gate: options.gate ?? (() => Promise.resolve()),
      })
      .catch((error: unknown) => {
        throw error === signal.reason ? aborted(error, progress.step, store) : error;
      });
    const isJudged = !restored && progress.validation?.step === progress.step;
    const validation = isJudged ? progress.validation!.metrics : await judge.validation();
    const threshold = validation?.threshold ?? (spec.evaluation.threshold as number);
    const test = await judge.test(threshold);

    const carried = await session.read();
    const { samples } = dataset;
    const saved: SavedModel = {
      spec,
      weights: families[graph.judged].within(carried),
      state: families.state.within(carried),
      samples: { shape: samples.shape, dtype: dtypeOf(samples.data), scale: samples.scale ?? 1 },
      classes: container.get<DataShape>(token('data-shape')).classes,
      dimension: graph.dimension,
      threshold,
    };
    const summary: RunSummary = {
      version: 1,
      name: spec.name,
      seed: spec.seed,
      engine: engine.report,
      epochs: progress.epoch - 1,
      steps: progress.step,
      endedBy,
      timing: { ...timing, totalSeconds: (performance.now() - started) / 1000 },
      trainingLoss: progress.loss!,
      restoredStep: restored ? progress.best!.step : null,
      validation,
      test,
      threshold,
      weightsSha256: weightsSha256({ ...saved.weights, ...saved.state }),
    };
    if (store !== null) {
      await saveModel(store.folder, saved);
      const projection = await projectionOf(await opened.container.getAsync<Embedder>(token('embedder')), dataset);
      if (projection !== null) await saveProjection(store.folder, projection);
      await writeSummary(store.folder, summary);
    }
    const model = await openModel(saved, { plugins: options.plugins ?? [] });
    emit({ type: 'finished', summary });
    return { summary, folder: store?.folder ?? null, model };
  } finally {
    await session.dispose();
    await store?.close();
  }
}

const fromCheckpoint: CarriedFrom = {
  code: 'CHECKPOINT_INVALID',
  title: 'The checkpoint',
  hint: 'Go on with the same plugins that the run began with.',
};

function checkOptions({ folder, resume, warmStart }: TrainOptions): void {
  const { out, root } = (folder ?? {}) as { readonly out?: unknown; readonly root?: unknown };
  if (folder !== undefined && typeof (out ?? root) !== 'string') {
    throw new TwinspecError('CALL_INVALID', `train got ${JSON.stringify(folder)} as folder.`, {
      hint: "Pass { out: 'runs/mine' } for this very folder, or { root: 'runs' } for a new one under it.",
    });
  }
  if (resume === undefined) return;
  for (const [name, other] of Object.entries({ folder, warmStart })) {
    if (other === undefined) continue;
    throw new TwinspecError('CALL_INVALID', `train got both resume and ${name}.`, {
      hint: 'A run that goes on keeps its folder and its weights: leave the other one out.',
    });
  }
}

function aborted(cause: unknown, step: number, store: RunStore | null): TwinspecError {
  return new TwinspecError('ABORTED', `The run was stopped by its signal after step ${step}.`, {
    cause,
    ...(store && { hint: `Its checkpoint is kept. Go on with: twinspec resume ${store.folder}` }),
  });
}

function examplesOf({ train, validation, test }: LoadedDataset): { train: number; validation: number; test: number } {
  const count = (examples: LoadedDataset['test']) => (examples === null ? 0 : countOf(examples));
  return { train: count(train), validation: count(validation), test: count(test) };
}
