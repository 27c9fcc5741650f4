import { metricTitle, showMetric } from '../metrics/metrics.js';
import type { Spec } from '../spec/shell/spec.js';
import { counted } from '../words/counted.js';
import { hasStopped } from './early-stopping.js';
import type { Progress } from './progress.js';

/** What ends a run: the key of `training` whose limit is reached, and that in words. */
export interface Ending {
  readonly by: 'epochs' | 'maxSteps' | 'maxTime' | 'earlyStopping';
  readonly reason: string;
}

/** What ends a run where it stands; null where it goes on. `total` is what its epochs and maxSteps allow. */
export function endingOf(progress: Progress, training: Spec['training'], total: number): Ending | null {
  const { epochs, maxSteps, maxTime, earlyStopping } = training;
  if (progress.step >= total) {
    if (progress.step === maxSteps) return { by: 'maxSteps', reason: `training.maxSteps is ${maxSteps}` };
    return { by: 'epochs', reason: `training.epochs is ${epochs}` };
  }
  if (maxTime !== null && progress.seconds >= maxTime) {
    return { by: 'maxTime', reason: `its steps took longer than training.maxTime, ${maxTime} s` };
  }
  if (!hasStopped(progress, earlyStopping)) return null;
  const { metric, patience, minDelta } = earlyStopping;
  const { step, value } = progress.best!;
  const than = `${minDelta === 0 ? '' : `by more than ${minDelta} `}than ${showMetric(metric, value)} at step ${step.toLocaleString('en')}`;
  return {
    by: 'earlyStopping',
    reason: `${metricTitle(metric)} was not better ${than} in ${counted(progress.waited, 'judgement')}, and training.earlyStopping.patience is ${patience}`,
  };
}
