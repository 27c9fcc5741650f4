import type { Unit } from '../../plugin/kinds/dataset.js';
import { consumedBy } from '../consumed-by.js';
import { addMisfit } from './misfit.js';
import type { Work } from '../shell/check-uses.js';
import type { Spec } from '../shell/spec.js';

/** Refuses steps of several batches where a loss relates samples across all of a batch; the rest is known with the graph. */
export function checkAccumulation({ loss, training }: Spec, unit: Unit, work: Work): void {
  if (training.accumulate === 1) return;
  if (!consumedBy(loss, work.registry).includes('batch') && unit !== 'rows') return;
  addMisfit(work, 'training.accumulate', {
    message: `"training.accumulate" is ${training.accumulate}, but the loss "${loss.use}" compares all samples of a batch, and would miss those of the other batches.`,
    hint: `Set training.batchSize: ${training.batchSize * training.accumulate} and training.accumulate: 1.`,
  });
}
