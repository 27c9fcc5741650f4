import type { Unit } from '../plugin/kinds/dataset.js';
import { TwinspecError } from '../errors.js';
import type { GraphParts } from './parts.js';

/**
 * Refuses to put a step together from batches where the sum of their gradients is not the gradient of the whole.
 *
 * @throws SPEC_MISMATCH
 */
export function checkAccumulation(unit: Unit, { consumes, loss, reducer, names }: GraphParts): void {
  const why = reasonAgainst(unit, { consumes, loss, reducer, names });
  if (why === null) return;
  throw new TwinspecError('SPEC_MISMATCH', `training.accumulate cannot be exact here: ${why}.`, {
    hint: 'Set training.accumulate: 1 and a larger training.batchSize.',
  });
}

function reasonAgainst(
  unit: Unit,
  { consumes, loss, reducer, names }: Pick<GraphParts, 'consumes' | 'loss' | 'reducer' | 'names'>,
): string | null {
  if (consumes === 'batch') return `the loss "${names.loss}" relates all samples of a batch to each other`;
  if (unit === 'rows') return 'all pairs of the rows of a batch are formed, and those across batches would be missing';
  if (loss.nextState !== undefined) return `the loss "${names.loss}" carries a state from step to step`;
  if (reducer.isMean !== true) return `the reducer "${names.reducer}" is not the plain mean`;
  return null;
}

/** @throws SPEC_MISMATCH for a term that selects elements: its mean over a step is not the mean of its means */
export function refuseMask(names: GraphParts['names']): never {
  throw new TwinspecError(
    'SPEC_MISMATCH',
    `training.accumulate cannot be exact here: the loss "${names.loss}" selects elements.`,
    { hint: 'Set training.accumulate: 1 and a larger training.batchSize.' },
  );
}
