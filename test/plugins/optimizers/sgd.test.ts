import { expect, it } from 'vitest';
import sgd from '../../../plugins/optimizers/sgd.js';
import { create } from '../../support/graph.js';
import { path } from '../../support/optimizer-steps.js';

it.each([
  ['without momentum', {}, [0.95, 0.9]],
  // v = -0.05, then 0.9 · -0.05 - 0.05 = -0.095
  ['with momentum', { momentum: 0.9 }, [0.95, 0.855]],
  // 1 + 0.9 · -0.05 - 0.05, then + 0.9 · -0.095 - 0.05
  ['with Nesterov momentum', { momentum: 0.9, nesterov: true }, [0.905, 0.7695]],
])('goes downhill %s', async (_, options, expected) => {
  const weights = await path(create(sgd, options), [0.5, 0.5], 0.1);
  for (const [index, weight] of weights.entries()) expect(weight).toBeCloseTo(expected[index], 6);
});

it('remembers nothing without momentum', () => {
  expect(create(sgd, { nesterov: true }).slots).toEqual({});
});
