import { expect, it } from 'vitest';
import adam from '../../../plugins/optimizers/adam.js';
import { create } from '../../support/graph.js';
import { path } from '../../support/optimizer-steps.js';

it('steps by the learning rate along a steady gradient, whatever its size', async () => {
  for (const gradient of [-300, 0.3]) {
    const weights = await path(create(adam), [gradient, gradient, gradient], 0.01);
    for (const [index, weight] of weights.entries()) {
      expect(weight).toBeCloseTo(1 - Math.sign(gradient) * 0.01 * (index + 1), 4);
    }
  }
});

// β₁ = 0, β₂ = ½: v = 50, 25.5, so the second step is 0.1 · sqrt(¾) / sqrt(25.5), or / sqrt(50) when 50 is kept.
it.each([
  [false, 25.5],
  [true, 50],
])('forgets a large gradient unless amsgrad: %s', async (amsgrad, second) => {
  const [before, after] = await path(create(adam, { beta1: 0, beta2: 0.5, amsgrad }), [10, 1], 0.1);
  expect(before - after).toBeCloseTo((0.1 * Math.sqrt(0.75)) / Math.sqrt(second), 5);
});

it('stays put and finite where the gradient is 0', async () => {
  expect(await path(create(adam, { amsgrad: true }), [0, 0], 0.01)).toEqual([1, 1]);
});
