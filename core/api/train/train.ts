import { resolve } from 'node:path';
import { TwinspecError, type Problem } from '../../errors.js';
import { distanceHistograms } from '../../evaluation/distance-histograms.js';
import type { Data } from '../../data/data.js';
import { doubtsOf } from '../../data/doubts.js';
import { factsOf } from '../../data/facts.js';
import { rangesOf } from '../../data/range.js';
import { doctor } from '../../training/doctor.js';
import { overlapInWords, overlapsOf, type Overlap } from '../../data/overlap.js';
import { judgeOf, type Judge } from '../../evaluation/judge.js';
import type { Model } from '../../model/model.js';
import { countOf } from '../../plugin/examples.js';
import { lockFolder, type Release } from '../../run/lock.js';
import type { RunStore } from '../../run/run-store.js';
import type { Spec, SpecInput } from '../../spec/shell/spec.js';
import { validateSpec } from '../../spec/validate-spec.js';
import { checkRun } from '../../training/check-run.js';
import type { KeepCheckpoint } from '../../training/checkpoint.js';
import type { Trainer, TrainingResult } from '../../training/trainer.js';
import { eventVersion, type Emit, type RunEvent, type RunSummary } from '../../training/events.js';
import { openRun, type OpenRun, type OpenSession } from '../../wiring/open-run.js';
import { registryWith } from '../../wiring/registry.js';
import { parts, plugins, sessionParts } from '../../wiring/tokens.js';
import { shellWord } from '../../words/shell-word.js';
import { formatProblem } from '../../words/format-problem.js';
import { eventLog, type EventLog } from './event-log.js';
import { finish } from './finish.js';
import { checkOptions, type TrainOptions } from './options.js';
import { fewExamples, smokeSpec } from './smoke.js';
import { startOf, type Start } from './start.js';

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
  const lock = async (folder: string) => void locks.push(await lockFolder(folder, options.takeOver));
  try {
    return await trainLocked(input, options, { signal, lock, log: eventLog(options.onEvent) });
  } catch (error) {
    if (!signal.aborted || error !== signal.reason) throw error;
    throw new TwinspecError('ABORTED', 'The run was stopped by its signal before its first step.', { cause: error });
  } finally {
    for (const release of locks) await release();
  }
}

interface Call {
  readonly signal: AbortSignal;
  readonly log: EventLog;
  /** Takes a run folder for this run alone, until it ends. */
  lock(folder: string): Promise<void>;
}

async function trainLocked(input: Spec | SpecInput, options: TrainOptions, call: Call): Promise<TrainResult> {
  const called = performance.now();
  const { signal, log, lock } = call;
  checkOptions(options);
  if (options.resume !== undefined) await lock(resolve(options.resume));
  const { spec, run } = await open(input, options, call);
  const start = await startOf(spec, run, options, signal);
  const ranges = await rangesOf(run.data, signal);
  const watching = doctor(log.emit, spec.evaluation.threshold === 'fit');
  if (!options.smoke) {
    watching.sampled(run.data.samples, ranges);
    log.listen(watching.hears);
  }
  const overlaps = options.smoke ? [] : await warnOf(spec, run, call);
  const opened = await run.openSession(start.carried, async (session) =>
    (await session.get(sessionParts.trainer)).prepare(),
  );
  let store: RunStore | null = null;
  try {
    const trainer = await opened.get(sessionParts.trainer);
    store = await start.openStore(opened.engine, trainer);
    if (store !== null && start.isNew) await lock(store.folder);
    log.emit(await startedEvent(spec, run, opened));
    log.attach(store, start.isNew);
    for await (const event of start.events(opened.engine, trainer)) log.emit(event);
    const { progress } = start;
    const judge = judgeOf(await opened.get(sessionParts.evaluator), run.data, spec, (split, pairs) =>
      log.emit({ type: 'histograms', step: progress.step, histograms: distanceHistograms(split, pairs) }),
    );
    const result = await trainFrom(start, trainer, judge, store, options, call);
    const facts = factsOf(run.data, overlaps);
    return await finish(
      { ...result, spec, run, opened, progress, judge, store, called, signal, facts, ranges, doctor: watching },
      options,
      log,
    );
  } finally {
    await opened.session.dispose();
    await store?.close();
  }
}

/** Reads the spec and loads its data. */
async function open(input: Spec | SpecInput, { plugins, limits, smoke }: TrainOptions, { log, signal }: Call) {
  const registry = registryWith(plugins);
  const onWarning = (problem: Problem) => log.emit({ type: 'warning', message: formatProblem(problem), problem });
  const given = validateSpec(input, { registry, onWarning, ...(limits && { limits }) });
  const spec = smoke ? smokeSpec(given) : given;
  const run = await openRun(spec, { registry, emit: log.emit, signal, ...(smoke && { change: fewExamples }) });
  return { spec, run };
}

/** Tells what only the data and the network show to be doubtful. */
async function warnOf(spec: Spec, run: OpenRun, { log: { emit }, signal }: Call): Promise<readonly Overlap[]> {
  const { data } = run;
  const [sampler, graph] = [await run.get(plugins.sampler), await run.get(parts.graph)];
  const overlaps = await overlapsOf(data, signal);
  const warnings = [
    ...overlaps.map(overlapInWords),
    ...doubtsOf(data),
    ...checkRun({ spec, dataset: data, sampler, graph, loss: await run.get(plugins.loss) }),
  ];
  for (const message of warnings) emit({ type: 'warning', message });
  return overlaps;
}

async function startedEvent(spec: Spec, run: OpenRun, { engine, reason, get }: OpenSession): Promise<RunEvent> {
  const { parameters } = await run.get(parts.graph);
  const steps = await get(sessionParts.steps);
  return {
    type: 'started',
    version: eventVersion,
    name: spec.name,
    seed: spec.seed,
    engine,
    engineReason: reason,
    parameters,
    examples: examplesOf(run.data),
    epochs: spec.training.epochs,
    stepsPerEpoch: steps.perEpoch,
    totalSteps: steps.total,
  };
}

async function trainFrom(
  { progress, best, isNew }: Start,
  trainer: Trainer,
  judge: Judge,
  store: RunStore | null,
  { gate = () => Promise.resolve() }: TrainOptions,
  { signal, log }: Call,
): Promise<TrainingResult> {
  const keep = store && keeping(store, log.emit);
  try {
    return await trainer.train({
      progress,
      best,
      resumed: !isNew,
      judge: () => judge.validation(),
      keep,
      signal,
      gate,
    });
  } catch (error) {
    throw error === signal.reason ? aborted(error, progress.step, store) : error;
  }
}

function examplesOf({ train, validation, test }: Data): { train: number; validation: number; test: number } {
  const count = (examples: Data['test']) => (examples === null ? 0 : countOf(examples));
  return { train: count(train), validation: count(validation), test: count(test) };
}

function keeping(store: RunStore, emit: Emit): KeepCheckpoint {
  return async (checkpoint) => {
    const folder = await store.keep(checkpoint);
    emit({ type: 'checkpointed', step: checkpoint.progress.step, folder });
  };
}

function aborted(cause: unknown, step: number, store: RunStore | null): TwinspecError {
  return new TwinspecError('ABORTED', `The run was stopped by its signal after step ${step}.`, {
    cause,
    ...(store && { hint: `Its checkpoint is kept. Go on with: twinspec resume ${shellWord(store.folder)}` }),
  });
}
