import { expect, it } from 'vitest';
import adam from '../../../plugins/optimizers/adam.js';
import adamw from '../../../plugins/optimizers/adamw.js';
import { create } from '../../support/graph.js';
import { path } from '../../support/optimizer-steps.js';

it('takes a share of the learning rate away where the gradient is 0', async () => {
  const weights = await path(create(adamw, { weightDecay: 0.5 }), [0, 0, 0], 0.1);
  for (const [index, weight] of weights.entries()) expect(weight).toBeCloseTo(0.95 ** (index + 1), 6);
});

it('is adam without decay', async () => {
  const gradients = [0.3, -2, 0.01, 5];
  const expected = await path(create(adam), gradients, 0.01);
  expect(await path(create(adamw, { weightDecay: 0 }), gradients, 0.01)).toEqual(expected);
});
