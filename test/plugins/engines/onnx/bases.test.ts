import * as tf from '@tensorflow/tfjs';
import type { Engine } from 'twinspec/plugin';
import { describe, expect, it } from 'vitest';
import cpu from '../../../../plugins/engines/cpu.js';
import onnx from '../../../../plugins/engines/onnx/index.js';
import adam from '../../../../plugins/optimizers/adam.js';
import { create, graphOf, randomSamples, rowFeed } from '../../../support/graph.js';
import { difference, norm } from '../../../support/numbers.js';
import { noiseOf } from '../../../../core/random/stream.js';

const { layers } = tf;

/** Base networks of stock tfjs layers, each ending in vectors. */
const bases: Record<string, () => tf.layers.Layer[]> = {
  'noise and batch normalization': () => [
    layers.conv2d({ inputShape: [8, 8, 1], filters: 4, kernelSize: 3, activation: 'relu', kernelRegularizer: 'l1l2' }),
    layers.batchNormalization(),
    layers.maxPooling2d({ poolSize: 2 }),
    layers.dropout({ rate: 0.3 }),
    layers.flatten(),
    layers.gaussianNoise({ stddev: 0.1 }),
    layers.dense({ units: 5, activation: 'tanh' }),
    layers.alphaDropout({ rate: 0.1 }),
    // A bias here would move both twins alike: its gradient is rounding and nothing else.
    layers.dense({ units: 3, useBias: false }),
  ],
  'separable and strided convolutions': () => [
    layers.separableConv2d({ inputShape: [8, 8, 1], filters: 3, kernelSize: 3, padding: 'same', activation: 'elu' }),
    layers.conv2d({ filters: 4, kernelSize: 3, strides: 2, padding: 'same' }),
    layers.prelu(),
    layers.depthwiseConv2d({ kernelSize: 2, activation: 'swish' }),
    layers.averagePooling2d({ poolSize: 2, strides: 1, padding: 'same' }),
    layers.layerNormalization(),
    layers.globalAveragePooling2d({ dataFormat: 'channelsLast' }),
    layers.dense({ units: 3, activation: 'selu' }),
  ],
  'one dimension': () => [
    layers.reshape({ inputShape: [8, 8, 1], targetShape: [8, 8] }),
    layers.conv1d({ filters: 4, kernelSize: 3, dilationRate: 1, activation: 'relu6' }),
    layers.maxPooling1d({ poolSize: 3, strides: 2 }),
    layers.permute({ dims: [2, 1] }),
    layers.spatialDropout1d({ rate: 0.2 }),
    layers.globalMaxPooling1d(),
    layers.dense({ units: 3, activation: 'softplus' }),
  ],
  'up-sampling': () => [
    // Before any weights: the gradient that tfjs's cpu backend has for it is wrong in batches.
    layers.upSampling2d({ inputShape: [8, 8, 1], size: [2, 1] }),
    layers.conv2d({ filters: 3, kernelSize: 3, strides: [2, 1], padding: 'same', activation: 'tanh' }),
    layers.upSampling2d({ size: [2, 2], interpolation: 'bilinear' }),
    layers.conv2d({ filters: 2, kernelSize: 3, strides: 2, activation: 'relu' }),
    layers.flatten(),
    layers.dense({ units: 3, useBias: false }),
  ],
  volumes: () => [
    layers.reshape({ inputShape: [8, 8, 1], targetShape: [4, 4, 4, 1] }),
    layers.conv3d({ filters: 3, kernelSize: 3, padding: 'same', activation: 'relu' }),
    layers.maxPooling3d({ poolSize: 2, strides: [2, 1, 2], dataFormat: 'channelsLast' }),
    layers.conv3d({ filters: 2, kernelSize: [1, 2, 2], activation: 'elu' }),
    layers.averagePooling3d({ poolSize: [2, 1, 2], strides: 1, padding: 'same', dataFormat: 'channelsLast' }),
    layers.flatten(),
    layers.dense({ units: 3, useBias: false }),
  ],
};

async function train(engine: Engine, base: (tfjs: typeof tf) => tf.LayersModel) {
  const graph = graphOf(base, { optimizer: create(adam) });
  const session = await engine.open(randomSamples(20, [8, 8, 1]));
  session.write(graph.initial);
  const step = await session.compile(graph.step({ unit: 'pairs' }, 4));
  const losses: number[] = [];
  for (let i = 1; i <= 4; i += 1) {
    const inputs = {
      ...rowFeed(Int32Array.from({ length: 8 }, (_, j) => (i * 5 + j * 7) % 20)),
      same: Float32Array.of(1, 0, 1, 0),
      learningRate: Float32Array.of(0.01),
      step: Float32Array.of(i),
      progress: Float32Array.of(0),
    };
    const [outputs] = await step.run([{ inputs, noise: noiseOf(1, i) }]);
    losses.push(outputs['loss'][0]);
  }
  const carried = await session.read();
  const embed = await session.compile(graph.embed('rows'));
  const [{ embedding }] = await embed.run([
    { inputs: { 'samples/samples': Int32Array.of(3, 1, 4, 1, 5) }, noise: noiseOf(1, 0) },
  ]);
  await session.dispose();
  return { losses, carried, embedding, initial: graph.initial };
}

describe('bases of stock layers train as on the cpu engine', () => {
  it.each(Object.entries(bases))('%s', async (_, stack) => {
    const base = () => tf.sequential({ layers: stack() });
    const expected = await train(await create(cpu), base);
    const actual = await train(await create(onnx, { threads: 1 }), base);
    expect(norm(difference(actual.losses, expected.losses)) / norm(expected.losses)).toBeLessThan(1e-4);
    for (const [place, { data }] of Object.entries(expected.carried)) {
      // Adam blows up gradients that are only rounding, so weights are compared as a whole.
      const error = norm(difference(actual.carried[place].data, data)) / Math.max(norm(data), 1e-2);
      expect(error, place).toBeLessThan(place.startsWith('slots') ? 1e-3 : 1e-2);
    }
    expect(norm(difference(actual.embedding, expected.embedding)) / norm(expected.embedding)).toBeLessThan(1e-2);
  });
});
