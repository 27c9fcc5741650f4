import type { Judge } from '../../evaluation/judge.js';
import type { Data } from '../../data/data.js';
import { judgingRule } from '../../data/judged-pairs.js';
import type { DataFacts } from '../../data/facts.js';
import type { SampleRange } from '../../data/range.js';
import { columnDtype } from '../../plugin/columns.js';
import { families } from '../../graph/places.js';
import { openModel } from '../../model/model.js';
import { probeOf } from '../../model/probe.js';
import { saveModel, type SavedModel } from '../../model/model-folder.js';
import { datasetFingerprint, weightsSha256 } from '../../run/fingerprints.js';
import { saveProjection } from '../../run/projection.js';
import { writeSummary } from '../../run/run-folder.js';
import type { RunStore } from '../../run/run-store.js';
import type { Spec } from '../../spec/shell/spec.js';
import type { RunSummary } from '../../training/events.js';
import type { Doctor } from '../../training/doctor.js';
import type { Progress } from '../../training/progress.js';
import type { TrainingResult } from '../../training/trainer.js';
import type { OpenRun, OpenSession } from '../../wiring/open-run.js';
import { parts, sessionParts } from '../../wiring/tokens.js';
import type { EventLog } from './event-log.js';
import type { TrainOptions } from './options.js';
import { projectionOf } from './projection.js';

export interface Trained extends TrainingResult {
  readonly spec: Spec;
  readonly run: OpenRun;
  readonly opened: OpenSession;
  readonly progress: Progress;
  readonly judge: Judge;
  readonly store: RunStore | null;
  /** When the run was called, by `performance.now`. */
  readonly called: number;
  readonly signal: AbortSignal;
  readonly facts: DataFacts;
  readonly ranges: Readonly<Record<string, SampleRange>>;
  readonly doctor: Doctor;
}

/** Judges what was trained, writes it down and opens it as a model. */
export async function finish(trained: Trained, { plugins = [] }: TrainOptions, { emit, warnings }: EventLog) {
  const { spec, run, opened, store } = trained;
  const figures = await judged(trained);
  for (const split of ['validation', 'test'] as const)
    if (figures[split] !== null) trained.doctor.measured(split, figures[split]);
  const saved = await savedModel(trained, figures.threshold);
  const summary: RunSummary = {
    ...summaryOf(trained, figures),
    data: trained.facts,
    warnings: warnings(),
    weightsSha256: weightsSha256({ ...saved.weights, ...saved.state }),
  };
  if (store !== null) {
    const embedder = await opened.get(sessionParts.embedder);
    const probe = await probeOf(embedder, saved.columns);
    await saveModel(store.folder, { ...saved, ...(probe && { probe }) });
    const projection = await projectionOf(embedder, run.data);
    if (projection !== null) await saveProjection(store.folder, projection);
    await writeSummary(store.folder, summary);
  }
  const model = await openModel({ ...saved, spec }, { plugins });
  emit({ type: 'finished', summary });
  return { summary, folder: store?.folder ?? null, model };
}

type Figures = Pick<RunSummary, 'validation' | 'test' | 'threshold'>;

/** By the weights that the session carries. The validation split is judged again only where others were judged last. */
async function judged({ restored, progress, judge }: Trained): Promise<Figures> {
  const isJudged = !restored && progress.validation?.step === progress.step;
  const validation = isJudged ? progress.validation!.metrics : await judge.validation();
  const threshold = validation?.threshold ?? (await judge.threshold());
  return { validation, test: await judge.test(threshold), threshold };
}

async function savedModel(
  { spec, run, opened, store, ranges, signal }: Trained,
  threshold: number,
): Promise<SavedModel> {
  const { judged, dimension } = await run.get(parts.graph);
  const carried = await opened.session.read();
  const { classes, classNames } = run.data;
  return {
    spec,
    weights: families[judged].within(carried),
    state: families.state.within(carried),
    columns: formatsOf(run.data, ranges),
    classes,
    classNames: classNames.slice(0, classes),
    dimension,
    threshold,
    thresholdFrom: thresholdFrom(spec, run.data),
    judgingRule,
    ...(store && { datasetSha256: await datasetFingerprint(run.data, signal) }),
  };
}

/** How the samples of each column look, their range over the training rows among it. */
function formatsOf({ samples }: Data, ranges: Trained['ranges']): SavedModel['columns'] {
  const formats = Object.entries(samples).map(([name, column]) => {
    const { shape, scale = 1 } = column;
    return [name, { shape, dtype: columnDtype(column), scale, range: ranges[name] }] as const;
  });
  return Object.fromEntries(formats);
}

function thresholdFrom({ evaluation }: Spec, { calibration }: Data): SavedModel['thresholdFrom'] {
  if (evaluation.threshold !== 'fit') return 'spec';
  return calibration === null ? 'validation' : 'calibration';
}

function summaryOf(
  { spec, opened, progress, restored, endedBy, timing, called }: Trained,
  figures: Figures,
): Omit<RunSummary, 'data' | 'warnings' | 'weightsSha256'> {
  return {
    version: 1,
    name: spec.name,
    seed: spec.seed,
    engine: opened.engine,
    epochs: progress.epoch - 1,
    steps: progress.step,
    endedBy,
    timing: { ...timing, totalSeconds: (performance.now() - called) / 1000 },
    trainingLoss: progress.loss!,
    restoredStep: restored ? progress.best!.step : null,
    ...figures,
  };
}
