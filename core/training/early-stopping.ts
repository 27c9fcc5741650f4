import { metricDirections, type FollowedMetric } from '../metrics/metrics.js';
import type { VerificationMetrics } from '../metrics/verification.js';
import type { Spec } from '../spec/shell/spec.js';
import type { Progress } from './progress.js';

type EarlyStopping = Spec['training']['earlyStopping'];

/** How the figure of training.earlyStopping.metric stands, where it was measured. */
export interface Followed {
  readonly metric: FollowedMetric;
  readonly value: number;
  /** The best so far, this one included. */
  readonly best: { readonly value: number; readonly step: number; readonly epoch: number };
}

/** The figure to watch; null where it was not measured here. `loss` is the mean of the epoch that ended here. */
export function watchedFigure(
  { metric }: EarlyStopping,
  validation: VerificationMetrics | null,
  loss: number | null,
): number | null {
  if (metric === 'loss') return loss;
  return validation === null ? null : validation[metric];
}

/** Takes note of a figure; true where it is the best so far. */
export function noteFigure(progress: Progress, { metric, minDelta }: EarlyStopping, value: number): boolean {
  const gain =
    progress.best === null
      ? Infinity
      : (value - progress.best.value) * (metricDirections[metric] === 'higher' ? 1 : -1);
  if (!(gain > minDelta)) {
    progress.waited++;
    return false;
  }
  progress.best = { step: progress.step, value };
  progress.waited = 0;
  return true;
}

/** Whether patience is at its end. */
export function hasStopped({ waited }: Progress, { patience }: EarlyStopping): boolean {
  return patience !== null && waited >= patience;
}

/** How the watched figure stands; null where it was not measured here. */
export function followedAt(
  { best }: Progress,
  { metric }: EarlyStopping,
  value: number | null,
  stepsPerEpoch: number,
): Followed | null {
  if (value === null || best === null) return null;
  return { metric, value, best: { ...best, epoch: Math.ceil(best.step / stepsPerEpoch) } };
}
