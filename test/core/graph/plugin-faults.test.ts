import * as define from 'twinspec/plugin';
import { expect, it } from 'vitest';
import { train } from 'twinspec';
import { checkPlugin, formatReport } from 'twinspec/testing';
import { blobs, blobSpec } from '../../support/blobs.js';

const about = { name: 'acme/wrong', summary: 'Is wrong.' };
const training = { learningRate: 0.01, batchSize: 16, epochs: 1 };
const shape = [2];

const loss = (values: (inputs: define.PairInputs, tf: define.Tf) => unknown, more: object = {}) =>
  define.defineLoss({
    ...about,
    consumes: 'pairs',
    inject: ['tf'],
    create: (_, tf) => ({ values: (inputs) => values(inputs, tf) as define.Tensor, ...more }),
  });
const distance = (more: (tf: define.Tf) => object) =>
  define.defineDistance({
    ...about,
    inject: ['tf'],
    create: (_, tf) => ({ between: (a, b) => tf.sum(tf.squaredDifference(a, b), -1), ...more(tf) }),
  });
const optimizer = (update: (inputs: define.UpdateInputs) => unknown) =>
  define.defineOptimizer({ ...about, create: () => ({ slots: { mean: 0 }, update: update as never }) });
const sampler = (epoch: (inputs: define.EpochInputs) => define.Epoch) =>
  define.defineSampler({ ...about, yields: { pairs: 'pairs' }, create: () => ({ epoch }) });
const state = () => ({ mean: { shape, init: { kind: 'constant', value: 0 } } });
const firstPair = (row: number): define.Examples => ({
  unit: 'pairs',
  left: Int32Array.of(row, 0),
  right: Int32Array.of(0, 3),
  same: Float32Array.of(1, 1),
});

const wrong: Record<string, readonly [define.Descriptor, RegExp]> = {
  'loss values of a column': [loss(({ distance }, tf) => tf.expandDims(distance, 1)), /\[16, 1\]; expected \[16\]/],
  'loss values already reduced': [loss(({ distance }, tf) => tf.mean(distance)), /shape \[\]; expected \[16\]/],
  'no loss values': [loss(() => undefined), /not a tensor/],
  'a term of a wrong shape': [
    loss(({ left }) => ({ far: { values: left } })),
    /term "far" has shape \[16, 4\]; expected \[16\]/,
  ],
  'loss state without nextState': [loss(({ distance }) => distance, { state }), /nextState/],
  'a next loss state left out': [
    loss(({ distance }) => distance, { state, nextState: () => ({}) }),
    /nextState: "mean" of what it gives is not a tensor/,
  ],
  'a next loss state of a wrong shape': [
    loss(({ distance }) => distance, { state, nextState: ({ distance }: define.PairInputs) => ({ mean: distance }) }),
    /nextState: "mean" of what it gives has shape \[16\]; expected \[2\]/,
  ],
  'a distance that keeps its axis': [
    distance((tf) => ({ between: (a: define.Tensor, b: define.Tensor) => tf.sum(tf.abs(tf.sub(a, b)), -1, true) })),
    /\[16, 1\]; expected \[16\]/,
  ],
  'a reducer that does not reduce': [
    define.defineReducer({ ...about, create: () => ({ reduce: (values) => values }) }),
    /\[16\]; expected a scalar/,
  ],
  'an optimizer without a slot': [optimizer(({ weight }) => ({ weight, slots: {} })), /slot "mean"/],
  'an optimizer that returns nothing': [optimizer(() => undefined), /not a tensor/],
  'an optimizer that gives another shape': [
    optimizer(({ step, slots }) => ({ weight: step, slots })),
    /shape \[\]; expected \[/,
  ],
  'a schedule that throws': [
    define.defineSchedule({
      ...about,
      create: () => ({
        learningRate() {
          throw new Error('no rate');
        },
      }),
    }),
    /no rate/,
  ],
  'a sampler that throws': [
    sampler(() => {
      throw new Error('no batches');
    }),
    /no batches/,
  ],
  'a sampler without batches': [sampler(() => ({ batches: 0, batch: () => firstPair(0) })), /0 batches/],
  'a sampler of rows that are not there': [
    sampler(() => ({ batches: 1, batch: () => firstPair(180) })),
    /row 180; the rows of the dataset are 0 to 179/,
  ],
};

it.each(Object.entries(wrong))('refuses %s, and names the plugin', async (_, [plugin, message]) => {
  const own: Record<string, object> = {
    loss: { loss: about.name },
    distance: { distance: about.name },
    reducer: { reducer: about.name },
    optimizer: { training: { ...training, optimizer: about.name } },
    sampler: { training: { ...training, sampler: about.name } },
    schedule: { training: { ...training, learningRate: about.name } },
  };
  const spec = blobSpec({ training, ...own[plugin.kind] });
  const failure = train(spec, { plugins: [blobs(), plugin] });
  await expect(failure).rejects.toMatchObject({
    code: 'PLUGIN_FAILED',
    message: expect.stringMatching(message) as string,
  });
  await expect(failure).rejects.toThrow(`${plugin.kind} ${about.name}: `);
});

it('refuses a plugin that asks for an unknown service', async () => {
  const plugin = define.defineReducer({ ...about, inject: ['fs' as 'tf'], create: () => ({ reduce: (all) => all }) });
  await expect(train(blobSpec(), { plugins: [blobs(), plugin] })).rejects.toMatchObject({
    code: 'PLUGIN_INVALID',
    message: expect.stringMatching(/"acme\/wrong".*injects "fs"; the services are tf, random, logger/) as string,
  });
});

it('the test kit names a sampler that draws no batches', async () => {
  const report = await checkPlugin(sampler(() => ({ batches: 0, batch: () => firstPair(0) })));
  expect(formatReport(report)).toContain('An epoch has 0 batches');
});
