import { expect, it } from 'vitest';
import rmsprop from '../../../plugins/optimizers/rmsprop.js';
import { create } from '../../support/graph.js';
import { optimizerSteps, path } from '../../support/optimizer-steps.js';

it.each([
  // r = 0.1 g², so that g / sqrt(r) = 1 / sqrt(0.1)
  ['the root mean square', {}, 1 - 0.01 / Math.sqrt(0.1)],
  // r - a² = 0.1 g² - (0.1 g)² = 0.09 g²
  ['the standard deviation', { centered: true }, 1 - 0.01 / 0.3],
])('divides by %s', async (_, options, expected) => {
  for (const gradient of [0.5, 50]) {
    const [weight] = await path(create(rmsprop, options), [gradient], 0.01);
    expect(weight).toBeCloseTo(expected, 6);
  }
});

it('keeps a share of the last step with momentum', async () => {
  const [first, second] = await path(create(rmsprop, { momentum: 0.5 }), [2, 0], 0.01);
  expect(1 - second).toBeCloseTo(1.5 * (1 - first), 6);
});

it('stays put and finite where the gradient is 0', async () => {
  expect(await path(create(rmsprop, { centered: true, momentum: 0.9 }), [0, 0], 0.01)).toEqual([1, 1]);
});

it('stays finite where large gradients never change, whose variance is 0 but for rounding', async () => {
  const gradient = Float32Array.from({ length: 50 }, (_, index) => 1000 + 7.3 * index);
  const steps = await optimizerSteps(create(rmsprop, { centered: true }), new Float32Array(50));
  for (let step = 1; step < 150; step++) await steps.step({ gradient, learningRate: 1e-6, step });
  const { weight } = await steps.step({ gradient, learningRate: 1e-6, step: 150 });
  await steps.dispose();
  expect(weight.data.every(Number.isFinite)).toBe(true);
});
