import { readFile } from 'node:fs/promises';
import * as define from 'twinspec/plugin';
import { expect, it } from 'vitest';
import { train } from 'twinspec';
import { checkPlugin, formatReport } from 'twinspec/testing';
import { blobs, blobSpec } from '../../support/blobs.js';

const about = { name: 'acme/wrong', summary: 'Is wrong.' };
const training = { learningRate: 0.01, batchSize: 16, epochs: 1 };
const shape = [2];

const loss = (
  values: (inputs: define.PairInputs, tf: define.Tf) => unknown,
  more: object = {},
  stated: Partial<define.LossDescriptor> = {},
) =>
  define.defineLoss({
    ...about,
    ...(stated as object),
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
const dataset = (load: () => Promise<never>) =>
  define.defineDataset({ ...about, yields: 'pairs', create: () => ({ load }) });
const pairsOf = (count: number): define.Examples => ({
  unit: 'pairs',
  left: new Int32Array(count),
  right: new Int32Array(count).fill(3),
  same: new Float32Array(count).fill(1),
});
const state = () => ({ mean: { shape, init: { kind: 'constant', value: 0 } } });
const firstPair = (row: number): define.Examples => ({
  unit: 'pairs',
  left: Int32Array.of(row, 0),
  right: Int32Array.of(0, 3),
  same: Float32Array.of(1, 1),
});

const wrong: Record<string, readonly [define.Descriptor, RegExp]> = {
  'loss values already reduced': [loss(({ distance }, tf) => tf.mean(distance)), /what it gives is a single number/],
  'no loss values': [loss(() => undefined), /neither a tensor nor named terms/],
  'a mask of another shape': [
    loss(({ left, distance }) => ({ far: { values: left, mask: distance } })),
    /term "far" has values of shape \[16, 4\] and a mask of shape \[16\]/,
  ],
  'own weights that it does not state': [
    loss(({ distance }) => distance, { weights: state }),
    /weights: it declares "mean"; state its name in the descriptor, weights: \['mean'\]/,
  ],
  'own weights that it states and does not declare': [
    loss(({ distance }) => distance, {}, { weights: ['mean'] }),
    /weights: it gives no declaration of "mean", which the descriptor states in weights/,
  ],
  'a divisor of another shape': [
    loss(({ distance }) => ({ far: { values: distance, divisor: distance } })),
    /term "far" has the divisor of shape \[16\]; expected a number but 0, or a scalar/,
  ],
  'loss state without nextState': [loss(({ distance }) => distance, { state }, { state: ['mean'] }), /nextState/],
  'a next loss state left out': [
    loss(({ distance }) => distance, { state, nextState: () => ({}) }, { state: ['mean'] }),
    /nextState: "mean" of what it gives is not a tensor/,
  ],
  'a next loss state of a wrong shape': [
    loss(
      ({ distance }) => distance,
      { state, nextState: ({ distance }: define.PairInputs) => ({ mean: distance }) },
      { state: ['mean'] },
    ),
    /nextState: "mean" of what it gives has shape \[16\]; expected \[2\]/,
  ],
  'a distance that keeps its axis': [
    distance((tf) => ({ between: (a: define.Tensor, b: define.Tensor) => tf.sum(tf.abs(tf.sub(a, b)), -1, true) })),
    /\[16, 1\]; expected \[16\]/,
  ],
  'a distance without the similarity that it states': [
    define.defineDistance({
      ...about,
      similarity: 'cosine',
      inject: ['tf'],
      create: (_, tf) => ({ between: (a, b) => tf.sum(tf.squaredDifference(a, b), -1) }),
    }),
    /states the similarity "cosine", and there is no such function/,
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
  'a sampler whose second batch is smaller': [
    sampler(() => ({ batches: 3, batch: (index) => pairsOf(index === 1 ? 3 : 4) })),
    /batch 1 of epoch 1 has 3 pairs, and batch 0 has 4\./,
  ],
  'a sampler whose last batch is larger': [
    sampler(() => ({ batches: 3, batch: (index) => pairsOf(index === 2 ? 5 : 4) })),
    /batch 2 of epoch 1 has 5 pairs, and batch 0 has 4\./,
  ],
  'a sampler that draws no batch': [
    sampler(() => ({ batches: 1, batch: () => undefined as never })),
    /batch: what it gives is no examples; expected pairs/,
  ],
  'a sampler of another unit than it says': [
    sampler(() => ({ batches: 1, batch: () => ({ unit: 'rows', rows: Int32Array.of(0, 3) }) })),
    /batch: what it gives is rows; expected pairs/,
  ],
  'a sampler of untyped columns': [
    sampler(() => ({ batches: 1, batch: () => ({ ...firstPair(0), left: [0, 1] as never }) })),
    /batch: what it gives has a column "left" that is no Int32Array/,
  ],
  'a sampler of columns of different lengths': [
    sampler(() => ({ batches: 1, batch: () => ({ ...firstPair(0), left: Int32Array.of(1) }) as never })),
    /batch: what it gives has columns of different lengths: left 1, right 2, same 2/,
  ],
  'a dataset that throws': [
    dataset(() => Promise.reject(new Error('no such table'))),
    /load: no such table \(at .*plugin-faults\.test\.ts:\d+\)/,
  ],
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
    dataset: { dataset: about.name },
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
    message: expect.stringMatching(
      /"acme\/wrong".*injects "fs"; the services are tf, random, fixedRandom, logger/,
    ) as string,
  });
});

it('the test kit names a sampler that draws no batches', async () => {
  const report = await checkPlugin(sampler(() => ({ batches: 0, batch: () => firstPair(0) })));
  expect(formatReport(report)).toContain('An epoch has 0 batches');
});

it('trains with a sampler whose last batch alone is smaller', async () => {
  const given = new Set<number>();
  const uneven = sampler(() => ({
    batches: 3,
    batch(index) {
      given.add(index);
      return pairsOf(index === 2 ? 1 : 4);
    },
  }));
  const { summary, model } = await train(blobSpec({ training: { ...training, sampler: about.name } }), {
    plugins: [blobs(), uneven],
  });
  await model.dispose();
  expect([summary.steps, [...given].sort()]).toEqual([3, [0, 1, 2]]);
});

it('gives each epoch of a sampler copies, so that it cannot change the data', async () => {
  const seen: number[][] = [];
  const spoiling = sampler(({ examples, labels }) => {
    const { left } = examples as define.Pairs;
    seen.push([...left.subarray(0, 4), ...labels!.subarray(0, 4)]);
    left.fill(0);
    labels!.fill(0);
    return { batches: 1, batch: () => pairsOf(4) };
  });
  const spec = blobSpec({ training: { ...training, epochs: 3, sampler: about.name } });
  const { model } = await train(spec, { plugins: [blobs(), spoiling] });
  await model.dispose();
  expect(seen.length).toBeGreaterThanOrEqual(3);
  for (const each of seen) expect(each).toEqual([0, 1, 2, 3, 0, 1, 2, 0]);
});

it.each([
  ['throws the reason', (signal: AbortSignal) => Promise.reject(signal.reason as Error)],
  ['reads a file with the signal', (signal: AbortSignal) => readFile(import.meta.filename, { signal })],
])('stops while a dataset loads that %s', async (_, load) => {
  const controller = new AbortController();
  const slow = define.defineDataset({
    ...about,
    yields: 'pairs',
    create: () => ({
      load(signal) {
        controller.abort();
        return load(signal) as Promise<never>;
      },
    }),
  });
  await expect(
    train(blobSpec({ dataset: about.name }), { plugins: [slow], signal: controller.signal }),
  ).rejects.toMatchObject({ code: 'ABORTED' });
});
