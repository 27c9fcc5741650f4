import type { Term } from '../plugin/kinds/loss.js';
import { TwinspecError } from '../errors.js';
import type { BatchForm } from './examples.js';
import type { GraphParts } from './parts.js';

/**
 * Refuses to put a step together from batches where the sum of their gradients is not the gradient of the whole.
 *
 * @throws SPEC_MISMATCH
 */
export function checkAccumulation(form: BatchForm, parts: GraphParts): void {
  const why = reasonAgainst(form, parts);
  if (why !== null) refuse(why);
}

function reasonAgainst(
  { unit, weighted }: BatchForm,
  { loss: { consumes, loss }, reducer }: GraphParts,
): string | null {
  if (consumes === 'batch') return 'the loss relates all samples of a batch to each other';
  if (weighted) return 'examples have weights';
  if (unit === 'rows') return 'all pairs of the rows of a batch are formed, and those across batches would be missing';
  if (loss.nextState !== undefined) return 'the loss carries a state from step to step';
  if (reducer.isMean !== true) return 'the reducer is not the plain mean';
  return null;
}

/**
 * Refuses a term whose mean over a step is not the mean of its means over the batches.
 *
 * @param examples number of examples of the batch
 * @throws SPEC_MISMATCH
 */
export function checkTermAccumulates({ values, mask, divisor }: Term, examples: number): void {
  if (mask !== undefined) refuse('the loss selects or weighs elements');
  if (divisor !== undefined) refuse('the loss divides a term itself');
  if (values.shape[0] !== examples) refuse('the loss gives values that are not one an example');
}

function refuse(why: string): never {
  throw new TwinspecError('SPEC_MISMATCH', `training.accumulate cannot be exact here: ${why}.`, {
    hint: 'Set training.accumulate: 1 and a larger training.batchSize.',
  });
}
