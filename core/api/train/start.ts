import { resolve } from 'node:path';
import { carriedBy } from '../../graph/carried.js';
import { families } from '../../graph/places.js';
import type { EngineReport } from '../../plugin/kinds/engine.js';
import type { HostTensors } from '../../plugin/tensors.js';
import { checkCode, checkUnfinished } from '../../run/check-resume.js';
import { describeEnvironment, readEnvironment } from '../../run/environment.js';
import { datasetFingerprint } from '../../run/fingerprints.js';
import { continueStore, createStore, findContinuation, type Continuation, type RunStore } from '../../run/run-store.js';
import { pluginUses } from '../../spec/plugin-uses.js';
import { resolvedYaml } from '../../spec/show/resolved-yaml.js';
import type { Spec } from '../../spec/shell/spec.js';
import type { RunEvent } from '../../training/events.js';
import { newProgress, type Progress } from '../../training/progress.js';
import type { Trainer } from '../../training/trainer.js';
import type { OpenRun } from '../../wiring/open-run.js';
import { parts } from '../../wiring/tokens.js';
import { engineWords } from '../../words/engine-words.js';
import type { TrainOptions } from './options.js';
import { readWarmStart } from './warm-start.js';

/** Where a run begins: at first values, at those of another model, or at a checkpoint of its own. */
export interface Start {
  /** Whether it begins here, or goes on. */
  readonly isNew: boolean;
  readonly progress: Progress;
  /** What the session is to carry. */
  readonly carried: HostTensors;
  /** Weights of the best figure so far; empty where there are none. */
  readonly best: HostTensors;
  /** Opens what the run writes to; null where nothing is written. @throws RESUME_REFUSED where the run is over */
  openStore(engine: EngineReport, trainer: Trainer): Promise<RunStore | null>;
  /** What there is to tell of it. */
  events(engine: EngineReport, trainer: Trainer): Iterable<RunEvent> | AsyncIterable<RunEvent>;
}

/** Finds out where a run begins. Nothing is written yet. */
export async function startOf(spec: Spec, run: OpenRun, options: TrainOptions, signal: AbortSignal): Promise<Start> {
  const { resume, warmStart } = options;
  if (resume !== undefined) {
    const identity = { spec, dataset: await datasetFingerprint(run.data, signal) };
    return continued(run, options, identity, await findContinuation(resolve(resume), identity));
  }
  const begin = { spec, run, options, signal };
  return warmStart === undefined ? fresh(begin) : warm(begin, warmStart);
}

/** What a run is begun with. */
interface Begin {
  readonly spec: Spec;
  readonly run: OpenRun;
  readonly options: TrainOptions;
  readonly signal: AbortSignal;
}

async function fresh(begin: Begin): Promise<Start> {
  const { initial } = await begin.run.get(parts.graph);
  return {
    isNew: true,
    progress: newProgress(),
    carried: initial,
    best: {},
    openStore: (engine, trainer) => newStore(begin, engine, trainer, null),
    events: () => [],
  };
}

async function warm(begin: Begin, folder: string): Promise<Start> {
  const { tensors, own, sha256 } = await readWarmStart(folder, await begin.run.get(parts.graph));
  const begun = await fresh(begin);
  return {
    ...begun,
    carried: { ...begun.carried, ...tensors },
    openStore: (engine, trainer) => newStore(begin, engine, trainer, sha256),
    events: () =>
      own.length > 0
        ? [{ type: 'warning', message: `The model to start from has nothing for ${own.join(', ')}.` }]
        : [],
  };
}

async function continued(
  run: OpenRun,
  { smoke, changedCode = false }: TrainOptions,
  identity: { readonly spec: Spec; readonly dataset: string },
  continuation: Continuation,
): Promise<Start> {
  const { from, saved } = continuation;
  const { initial } = await run.get(parts.graph);
  let codeWarning: string | null = null;
  return {
    isNew: false,
    progress: saved.progress,
    carried: carriedBy(saved.tensors, initial, {
      code: 'CHECKPOINT_INVALID',
      title: 'The checkpoint',
      hint: 'Go on with the same plugins that the run began with.',
    }),
    best: families.best.within(saved.tensors),
    async openStore(_engine, trainer) {
      if (!smoke) await checkUnfinished(continuation.folder, trainer.endingOf(saved.progress));
      codeWarning = await checkCode(continuation.folder, await trainer.steps.traced(), changedCode);
      return continueStore(continuation, identity);
    },
    async *events(engine, { steps }) {
      yield { type: 'resumed', step: saved.progress.step, folder: from };
      for await (const message of resumeWarnings(continuation, engine)) yield { type: 'warning', message };
      if (codeWarning !== null) yield { type: 'warning', message: codeWarning };
      const jump = steps.rateJump(saved.progress, saved.spec.training);
      if (jump !== null) yield { type: 'warning', message: jump };
    },
  };
}

async function newStore(
  { spec, run, options: { folder, source }, signal }: Begin,
  engine: EngineReport,
  { steps }: Trainer,
  warmStartSha256: string | null,
): Promise<RunStore | null> {
  if (folder === undefined) return null;
  return createStore('out' in folder ? folder : { ...folder, name: spec.name, now: new Date() }, {
    given: source ?? resolvedYaml(spec),
    spec,
    environment: describeEnvironment({
      engine,
      seed: spec.seed,
      plugins: pluginUses(spec).map(({ kind, use }) => ({ kind, name: kind === 'engine' ? engine.engine : use.use })),
      datasetSha256: await datasetFingerprint(run.data, signal),
      stepSha256: await steps.traced(),
      warmStartSha256,
    }),
  });
}

/** What the user of a resumed run should know: damaged checkpoints, and another engine than before. */
async function* resumeWarnings({ folder, damaged }: Continuation, engine: EngineReport): AsyncGenerator<string> {
  for (const { reason } of damaged) yield `A later checkpoint is not sound and is left out. ${reason}`;
  const before = (await readEnvironment(folder))?.engine;
  if (before !== undefined && engineWords(before) !== engineWords(engine))
    yield `The run began on engine ${engineWords(before)} and goes on with engine ${engineWords(engine)}: its results may differ in their last bits.`;
}
