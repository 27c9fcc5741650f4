import { evaluate, loadModel, train } from 'twinspec';
import {
  defineBase,
  defineDistance,
  defineLoss,
  defineOptimizer,
  defineReducer,
  defineSampler,
  defineSchedule,
  type Descriptor,
} from 'twinspec/plugin';
import { describe, expect, it } from 'vitest';
import { blobs, blobSpec } from '../../support/blobs.js';
import { temporaryFolder } from '../../support/temporary-folder.js';

const folder = temporaryFolder();
const summary = 'For tests.';

const training: readonly Descriptor[] = [
  defineLoss({
    name: 'acme/squares',
    summary,
    consumes: 'pairs',
    inject: ['tf'],
    create: (_options, tf) => ({ values: ({ distance, same }) => tf.squaredDifference(distance, tf.sub(1, same)) }),
  }),
  defineReducer({
    name: 'acme/sum',
    summary,
    inject: ['tf'],
    create: (_options, tf) => ({ reduce: (values) => tf.sum(values) }),
  }),
  defineOptimizer({
    name: 'acme/descent',
    summary,
    inject: ['tf'],
    create: (_options, tf) => ({
      slots: {},
      update: ({ weight, gradient, learningRate }) => ({
        weight: tf.sub(weight, tf.mul(gradient, learningRate)),
        slots: {},
      }),
    }),
  }),
  defineSchedule({ name: 'acme/rate', summary, create: () => ({ learningRate: () => 0.001 }) }),
  defineSampler({
    name: 'acme/in-turn',
    summary,
    yields: { pairs: 'pairs' },
    create: () => ({ epoch: ({ examples }) => ({ batches: 1, batch: () => examples }) }),
  }),
];
const base = defineBase({
  name: 'acme/line',
  summary,
  inject: ['tf'],
  create: (_options, tf) => ({
    model: (inputShape) => tf.sequential({ layers: [tf.layers.dense({ units: 3, inputShape: [...inputShape] })] }),
  }),
});
const distance = defineDistance({
  name: 'acme/steps',
  summary,
  inject: ['tf'],
  create: (_options, tf) => ({ between: (a, b) => tf.sum(tf.abs(tf.sub(a, b)), -1) }),
});
const network = [base, distance];
const dataset = blobs('pairs', 'acme/blobs');

async function trained() {
  const spec = blobSpec({
    dataset: 'acme/blobs',
    base: 'acme/line',
    distance: 'acme/steps',
    loss: 'acme/squares',
    reducer: 'acme/sum',
    training: {
      learningRate: 'acme/rate',
      optimizer: 'acme/descent',
      sampler: 'acme/in-turn',
      epochs: 1,
      ema: { decay: 0.5 },
    },
  });
  return train(spec, { plugins: [dataset, ...network, ...training], folder: { out: folder() } });
}

const samples = Float32Array.of(1, 2, -3, 0.5);

describe('a model of plugins that are not shipped', () => {
  it('needs no more than its base and its distance', async () => {
    const { model, folder: run } = await trained();
    const loaded = await loadModel(run!, { plugins: network });
    const [expected, embedded] = [await model.embed(samples), await loaded.embed(samples)];
    expect(embedded).toEqual(expected);
    expect(await loaded.distance(embedded, embedded)).toEqual(Float32Array.of(0, 0));
    expect(loaded.spec).toEqual(model.spec);
    await Promise.all([model.dispose(), loaded.dispose()]);
  });

  it('needs its dataset beside them to be evaluated', async () => {
    const { model, folder: run, summary } = await trained();
    await model.dispose();
    const { validation, test } = summary;
    expect(await evaluate(run!, { plugins: [...network, dataset] })).toEqual({ validation, test, warnings: [] });
    await expect(evaluate(run!, { plugins: network })).rejects.toThrow('There is no dataset named "acme/blobs"');
  });

  it('names what it lacks', async () => {
    const { model, folder: run } = await trained();
    await model.dispose();
    await expect(loadModel(run!, { plugins: [base] })).rejects.toMatchObject({
      code: 'SPEC_INVALID',
      problems: [{ path: 'distance', message: 'There is no distance named "acme/steps".' }],
    });
    await expect(loadModel(run!, { plugins: network, engine: 'acme/gpu' })).rejects.toThrow(
      'no engine named "acme/gpu"',
    );
  });
});
