import type { BaseDescriptor } from '../plugin/kinds/base.js';
import type { DatasetDescriptor } from '../plugin/kinds/dataset.js';
import type { Descriptor } from '../plugin/descriptor.js';
import type { DistanceDescriptor } from '../plugin/kinds/distance.js';
import type { LossDescriptor } from '../plugin/kinds/loss.js';
import type { OptimizerDescriptor } from '../plugin/kinds/optimizer.js';
import type { ReducerDescriptor } from '../plugin/kinds/reducer.js';
import type { SamplerDescriptor } from '../plugin/kinds/sampler.js';
import type { ScheduleDescriptor } from '../plugin/kinds/schedule.js';
import type { Shape } from '../plugin/tensors.js';
import { baseTrials } from './check-base.js';
import { datasetTrials } from './check-dataset.js';
import { distanceTrials, type DistanceCase } from './check-distance.js';
import { lossTrials, type LossCase } from './check-loss.js';
import { optimizerTrials } from './check-optimizer.js';
import { reducerTrials } from './check-reducer.js';
import { samplerTrials } from './check-sampler.js';
import { scheduleTrials } from './check-schedule.js';
import { contractTrial, createTrial } from './common-trials.js';
import { withInnerLoss } from './inner-loss.js';
import { createdOnce, type Lab, type Options } from './lab.js';
import { perform, type CheckReport, type Trial } from './report.js';

export interface CheckOptions {
  /** Options of the plugin, over its defaults; for one that is a plugin, an instance of it. */
  readonly with?: Options;
}

export interface CheckDistanceOptions extends CheckOptions {
  /** Distances computed by hand. */
  readonly cases?: readonly DistanceCase[];
}

export interface CheckLossOptions extends CheckOptions {
  /** Values computed by hand. */
  readonly cases?: readonly LossCase[];
}

export interface CheckBaseOptions extends CheckOptions {
  /** Shapes of samples to try it on; some usual ones when absent. */
  readonly sampleShapes?: readonly Shape[];
}

export type AnyCheckOptions = CheckOptions &
  Pick<CheckBaseOptions, 'sampleShapes'> & { readonly cases?: readonly (DistanceCase | LossCase)[] };

/** Checks a plugin of any kind. Never rejects because of the plugin: its faults are in the report. */
export async function checkPlugin(
  lab: Lab,
  descriptor: Descriptor,
  options: AnyCheckOptions = {},
): Promise<CheckReport> {
  const checks = await perform(trials(lab, descriptor, options));
  const { kind, name } = (descriptor ?? {}) as Partial<Descriptor>;
  const warnings = lab.warnings.all();
  const report = { plugin: `${String(kind)} ${String(name)}`, ok: checks.every(({ ok }) => ok), checks, warnings };
  return kind === 'engine' ? { ...report, note: 'Only the contract was checked: an engine is not tried out.' } : report;
}

function* trials(
  lab: Lab,
  descriptor: Descriptor,
  { with: stated = {}, cases = [], sampleShapes }: AnyCheckOptions,
): Generator<readonly Trial[]> {
  yield [contractTrial(descriptor)];
  if (descriptor.kind === 'engine') return;
  const given = descriptor.kind === 'loss' ? withInnerLoss(lab, descriptor as LossDescriptor, stated) : stated;
  let tried = descriptor;
  yield [createTrial(lab, descriptor, given, (instance) => (tried = createdOnce(descriptor, given, instance)))];
  switch (descriptor.kind) {
    case 'distance':
      yield* distanceTrials(lab, tried as DistanceDescriptor, given, cases as readonly DistanceCase[]);
      break;
    case 'loss':
      yield* lossTrials(lab, tried as LossDescriptor, given, cases as readonly LossCase[]);
      break;
    case 'base':
      yield* baseTrials(lab, tried as BaseDescriptor, given, sampleShapes);
      break;
    case 'dataset':
      yield* datasetTrials(lab, tried as DatasetDescriptor, given);
      break;
    case 'sampler':
      yield* samplerTrials(lab, tried as SamplerDescriptor, given);
      break;
    case 'optimizer':
      yield* optimizerTrials(lab, tried as OptimizerDescriptor, given);
      break;
    case 'schedule':
      yield* scheduleTrials(lab, tried as ScheduleDescriptor, given);
      break;
    case 'reducer':
      yield* reducerTrials(lab, tried as ReducerDescriptor, given);
  }
}
