import * as tf from '@tensorflow/tfjs';
import type { Optimizer } from 'twinspec/plugin';
import { describe, expect, it } from 'vitest';
import mlp from '../../../../plugins/bases/mlp.js';
import tensorflow from '../../../../plugins/engines/tensorflow/index.js';
import rmsprop from '../../../../plugins/optimizers/rmsprop.js';
import sgd from '../../../../plugins/optimizers/sgd.js';
import { absence } from '../../../support/engines.js';
import { cpuEngine, create, graphOf, randomSamples } from '../../../support/graph.js';
import { relativeError } from '../../../support/numbers.js';
import { trainSteps } from '../../../support/train-steps.js';

const { layers } = tf;
Object.assign(tf.findBackend('cpu'), { firstUse: false });
const absent = await absence(tensorflow);

interface Case {
  readonly sampleShape: number[];
  readonly optimizer: Optimizer;
  base(): tf.LayersModel;
}

const cases: Record<string, Case> = {
  'an MLP with dropout, by rmsprop': {
    sampleShape: [30],
    optimizer: create(rmsprop),
    base: () => create(mlp, { units: [16, 8, 4], dropout: 0.25 }).model([30], {}),
  },
  'a CNN with batch normalization, by sgd with momentum': {
    sampleShape: [12, 12, 1],
    optimizer: create(sgd, { momentum: 0.9 }),
    base: () =>
      tf.sequential({
        layers: [
          layers.conv2d({ inputShape: [12, 12, 1], filters: 4, kernelSize: 3, activation: 'relu' }),
          layers.batchNormalization(),
          layers.maxPooling2d({ poolSize: 2 }),
          layers.conv2d({ filters: 6, kernelSize: 3, strides: 2, padding: 'same', activation: 'elu' }),
          layers.batchNormalization(),
          layers.flatten(),
          layers.dropout({ rate: 0.25 }),
          layers.dense({ units: 4 }),
        ],
      }),
  },
  'separable convolutions and averages, by sgd': {
    sampleShape: [8, 8, 1],
    optimizer: create(sgd),
    base: () =>
      tf.sequential({
        layers: [
          layers.separableConv2d({ inputShape: [8, 8, 1], filters: 3, kernelSize: 3, padding: 'same' }),
          layers.prelu(),
          layers.depthwiseConv2d({ kernelSize: 2, activation: 'swish' }),
          // Not padded: there the gradient of tfjs's cpu kernel is wrong, see docs/decisions/tensorflow-engine.md.
          layers.averagePooling2d({ poolSize: 2, strides: 1 }),
          layers.layerNormalization(),
          layers.globalAveragePooling2d({ dataFormat: 'channelsLast' }),
          layers.gaussianNoise({ stddev: 0.1 }),
          layers.dense({ units: 3, activation: 'softplus' }),
        ],
      }),
  },
  'one dimension, by sgd': {
    sampleShape: [8, 8],
    optimizer: create(sgd),
    base: () =>
      tf.sequential({
        layers: [
          layers.conv1d({ inputShape: [8, 8], filters: 4, kernelSize: 3, activation: 'selu' }),
          layers.maxPooling1d({ poolSize: 3, strides: 2 }),
          layers.permute({ dims: [2, 1] }),
          layers.spatialDropout1d({ rate: 0.2 }),
          layers.globalMaxPooling1d(),
          layers.dense({ units: 3, activation: 'tanh' }),
        ],
      }),
  },
};

describe.skipIf(absent !== null)(`5 steps on TensorFlow equal those on the cpu engine (${absent ?? 'run'})`, () => {
  it.each(Object.entries(cases))('%s', async (_, { sampleShape, optimizer, base }) => {
    const graph = graphOf(base, { optimizer });
    const samples = randomSamples(40, sampleShape);
    const expected = await trainSteps(await cpuEngine(), graph, samples, 5);
    const actual = await trainSteps(await create(tensorflow), graph, samples, 5);

    expect(Object.keys(actual.carried).sort()).toEqual(Object.keys(expected.carried).sort());
    const errors = Object.entries(expected.carried).map(
      ([place, { data }]) => [place, relativeError(actual.carried[place].data, data)] as const,
    );
    errors.push(['losses', relativeError(actual.losses, expected.losses)]);
    errors.push(['embedding', relativeError(actual.embedding, expected.embedding)]);
    for (const [place, error] of errors) expect(error, place).toBeLessThan(1e-4);
  });
});
