import { defineLoss } from 'twinspec/plugin';
import { expect, it } from 'vitest';
import sgd from '../../../plugins/optimizers/sgd.js';
import { cpuEngine, create, graphOf, randomSamples, rowFeed } from '../../support/graph.js';
import { noiseOf } from '../../../core/random/stream.js';

/** mean(d · w), w one weight of the loss's own: its gradient is the mean distance, whatever w is. */
const weighted = defineLoss({
  name: 'weighted',
  summary: 'Distance times a weight.',
  consumes: 'pairs',
  weights: ['factor'],
  inject: ['tf'],
  create: (_, tf) => ({ values: ({ distance, weights }) => tf.mul(distance, weights.factor) }),
});

async function stepBy(lossLearningRate: number) {
  const graph = graphOf((tf) => tf.sequential({ layers: [tf.layers.dense({ units: 2, inputShape: [3] })] }), {
    loss: create(weighted),
    optimizer: create(sgd),
    lossWeights: { 'loss/factor': { shape: [], data: Float32Array.of(2) } },
    lossLearningRate,
  });
  const session = await (await cpuEngine()).open(randomSamples(4, [3]));
  session.write(graph.initial);
  const program = await session.compile(graph.step({ unit: 'pairs' }, 2));
  const [{ loss }] = await program.run([
    {
      inputs: {
        ...rowFeed(Int32Array.of(0, 1, 2, 3)),
        same: Float32Array.of(1, 0),
        learningRate: Float32Array.of(0.01),
        step: Float32Array.of(1),
        progress: Float32Array.of(0),
      },
      noise: noiseOf(1, 1),
    },
  ]);
  const after = await session.read();
  await session.dispose();
  return { loss: loss[0], factor: after['weights/loss/factor'].data[0], kernel: after['weights/base/0/kernel'].data };
}

it("multiplies the learning rate of the loss's own weights, and only of those", async () => {
  const [plain, fast, frozen] = [await stepBy(1), await stepBy(10), await stepBy(0)];
  const gradient = plain.loss / 2; // the mean distance
  expect(plain.factor).toBeCloseTo(2 - 0.01 * gradient, 6);
  expect(fast.factor).toBeCloseTo(2 - 0.1 * gradient, 6);
  expect(frozen.factor).toBe(2);
  expect(fast.kernel).toEqual(plain.kernel);
  expect(frozen.kernel).toEqual(plain.kernel);
});
