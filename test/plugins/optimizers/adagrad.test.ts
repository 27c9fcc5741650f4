import { expect, it } from 'vitest';
import adagrad from '../../../plugins/optimizers/adagrad.js';
import { create } from '../../support/graph.js';
import { path } from '../../support/optimizer-steps.js';

it('takes steps of 1 / sqrt(t) along a steady gradient', async () => {
  const weights = await path(create(adagrad, { initialAccumulator: 0 }), [3, 3, 3], 0.1);
  const expected = [1 - 0.1, 1 - 0.1 - 0.1 / Math.sqrt(2), 1 - 0.1 - 0.1 / Math.sqrt(2) - 0.1 / Math.sqrt(3)];
  for (const [index, weight] of weights.entries()) expect(weight).toBeCloseTo(expected[index], 5);
});

it('starts from the initial accumulator', async () => {
  const optimizer = create(adagrad, { initialAccumulator: 0.75 });
  expect(optimizer.slots).toEqual({ accumulator: 0.75 });
  const [weight] = await path(optimizer, [0.5], 0.1);
  expect(weight).toBeCloseTo(0.95, 6);
});
