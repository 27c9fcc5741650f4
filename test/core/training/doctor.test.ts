import {
  defineBase,
  defineDataset,
  defineLoss,
  stopGradient,
  type Descriptor,
  type LoadedDataset,
  type Pairs,
  type Unit,
} from 'twinspec/plugin';
import { describe, expect, it } from 'vitest';
import { train, type RunEvent, type RunSummary, type SpecInput } from 'twinspec';
import { losses } from '../../same-bits/losses.js';
import { blobs, blobSpec } from '../../support/blobs.js';

/** What a run is warned of, and its summary. */
async function run(changes: Partial<SpecInput>, ...plugins: Descriptor[]) {
  const events: RunEvent[] = [];
  const { summary, model } = await train(blobSpec(changes), {
    plugins,
    onEvent: (event) => void events.push(event),
  });
  await model.dispose();
  const warnings = events.flatMap((event) => (event.type === 'warning' ? [event.message] : []));
  expect(summary.warnings.map(({ message }) => message)).toEqual(warnings);
  return { warnings, summary, events };
}

const changed = (change: (loaded: LoadedDataset) => LoadedDataset, unit: Unit = 'pairs') =>
  defineDataset({
    name: 'changed',
    summary: 'Blobs, changed.',
    yields: unit,
    create: () => ({
      load: async (signal) => change(await (await blobs(unit).create({})).load(signal)),
    }),
  });
const point = (change: (values: Float32Array) => object) =>
  changed(({ samples, ...rest }) => ({
    ...rest,
    samples: {
      point: { shape: [2], ...change((samples as unknown as { point: { data: Float32Array } }).point.data) } as never,
    },
  }));
const training = { learningRate: 0.01, batchSize: 16, epochs: 3 };

describe('the doctor tells, once, of', () => {
  it('embeddings that collapse', async () => {
    const dead = defineBase({
      name: 'dead',
      summary: 'Gives the same for every sample.',
      inject: ['tf'],
      create: (_options, tf) => ({
        model: ([size]) =>
          tf.sequential({
            layers: [
              tf.layers.dense({
                units: 4,
                inputShape: [size],
                activation: 'relu',
                biasInitializer: tf.initializers.constant({ value: -1e3 }),
              }),
            ],
          }),
      }),
    });
    const { warnings } = await run({ base: 'dead', training }, blobs(), dead);
    expect(warnings).toEqual([
      expect.stringMatching(/^The pairs of the validation split are 0 apart: all embeddings have collapsed into one\./),
    ]);
  });

  it('pairs whose same is the other way round', async () => {
    const inverse = changed((loaded) => {
      const turned = (pairs: Pairs): Pairs => ({ ...pairs, same: pairs.same.map((same) => 1 - same) });
      return {
        ...loaded,
        labels: null,
        validation: turned(loaded.validation as Pairs),
        test: turned(loaded.test as Pairs),
      };
    });
    const { warnings } = await run({ dataset: 'changed', training: { ...training, epochs: 8 } }, inverse);
    expect(warnings).toEqual([
      expect.stringMatching(
        /^On the validation split other pairs are closer than matching ones .*Is same: 1 for a match/,
      ),
    ]);
  });

  it('batches with nothing to learn from, whose zeros are in no mean', async () => {
    const picky = defineLoss({
      name: 'picky',
      summary: 'Selects pairs of one step in four.',
      consumes: 'pairs',
      inject: ['tf'],
      create: (_options, tf) => ({
        values: ({ distance, progress }) => ({
          pull: {
            values: tf.add(tf.mul(distance, 0), 5),
            mask: stopGradient(tf, () => {
              const isChosen = tf.cast(tf.equal(tf.mod(tf.round(tf.mul(progress, 12)), 4), 0), 'float32');
              return tf.mul(tf.onesLike(distance), isChosen);
            }),
          },
        }),
      }),
    });
    const { warnings, events } = await run({ loss: 'picky', training }, blobs(), picky);
    expect(warnings).toEqual([
      expect.stringMatching(/^In epoch 1 the loss found nothing to learn from in 3 of 4 steps\./),
    ]);
    const epochs = events.filter((event) => event.type === 'epoch');
    expect(epochs.map(({ loss }) => loss)).toEqual([5, 5, 5]);
  });

  it.each<[string, (values: Float32Array) => object, RegExp]>([
    [
      'bytes without a scale',
      (values) => ({ data: Uint8Array.from(values, (value) => 128 + 60 * value) }),
      /^Column point holds bytes from \d+ to \d+ and has no scale.*Give it scale: 1 \/ 255\./,
    ],
    [
      'values of a million',
      (values) => ({ data: values.map((value) => 1e6 * value) }),
      /^The network sees values up to [\d.]+e?\+?\d* of column point\. Give it a scale/,
    ],
    [
      'values that are all equal',
      (values) => ({ data: values.map(() => 0.5) }),
      /^All values of column point of the training rows are 0\.5/,
    ],
  ])('%s', async (_what, change, message) => {
    const { warnings } = await run({ dataset: 'changed', training }, point(change));
    expect(warnings.filter((warning) => message.test(warning))).toHaveLength(1);
  });
});

describe('twenty sound runs hear nothing', () => {
  const sound: [string, Partial<SpecInput>, Unit][] = [
    ...(['pairs', 'triplets', 'rows'] as const).flatMap((unit): [string, Partial<SpecInput>, Unit][] => [
      [`contrastive on ${unit}`, unit === 'triplets' ? { loss: 'contrastive' } : {}, unit],
      [`normalized on ${unit}`, { embedding: { normalize: true } }, unit],
    ]),
    ['triplets', { loss: 'same/triplets' }, 'triplets'],
    ['a batch loss', { loss: 'same/batch' }, 'rows'],
    ['proxies', { loss: 'same/proxies' }, 'rows'],
    ['a learned boundary', { loss: 'same/boundary' }, 'pairs'],
    ['a fitted threshold', { evaluation: { threshold: 'fit' } }, 'pairs'],
    ...['adam', 'adamw', 'sgd', 'adagrad'].map((optimizer): [string, Partial<SpecInput>, Unit] => [
      optimizer,
      { training: { ...training, epochs: 8, optimizer, learningRate: optimizer === 'adagrad' ? 0.1 : 0.02 } },
      'pairs',
    ]),
    ...Object.entries({
      cosine: {},
      exponential: { factor: 0.9 },
      'one-cycle': {},
      'reduce-on-plateau': { patience: 2 },
    }).map(([use, options]): [string, Partial<SpecInput>, Unit] => [
      use,
      { training: { ...training, epochs: 8, learningRate: { use, with: { value: 0.02, ...options } } } },
      'pairs',
    ]),
    ['large batches', { training: { ...training, epochs: 8, batchSize: 57 } }, 'rows'],
  ];

  it.each(sound)('%s', async (_what, changes, unit) => {
    const { warnings, summary } = await run(changes, blobs(unit), ...losses);
    expect(warnings).toEqual([]);
    expect(summary.data.overlaps).toEqual([]);
  });

  it('are twenty', () => {
    expect(sound.length).toBeGreaterThanOrEqual(20);
  });
});

it('the summary says by how many pairs of which kind each split is judged', async () => {
  const { summary } = await run({}, blobs());
  const expected: RunSummary['data'] = {
    judged: { validation: { matching: 29, others: 28 }, calibration: null, test: { matching: 29, others: 28 } },
    overlaps: [],
  };
  expect(summary.data).toEqual(expected);
});

it('a calibration split fits the threshold', async () => {
  const calibrated = changed((loaded) => ({ ...loaded, calibration: loaded.validation, validation: null }));
  const fit = { evaluation: { threshold: 'fit' as const } };
  const { summary } = await run({ ...fit, dataset: 'changed' }, calibrated);
  const { summary: byValidation } = await run(fit, blobs());
  expect([summary.threshold, summary.test, summary.validation]).toEqual([
    byValidation.threshold,
    byValidation.test,
    null,
  ]);
});

it('refuses rows without a label for a loss with weights of each class, and trains on them with any other', async () => {
  const partly = changed(
    ({ labels, ...loaded }) => ({
      ...loaded,
      labels: Array.from(labels!, (label, row) => (row === 4 ? null : label)),
    }),
    'rows',
  );
  const spec = (loss: string) => ({ dataset: 'changed', loss });
  await expect(run(spec('same/proxies'), partly, ...losses)).rejects.toMatchObject({
    code: 'SPEC_MISMATCH',
    message: 'loss same/proxies has weights for each class, and row 4 of the train split has no label.',
  });
  const { warnings } = await run(spec('same/batch'), partly, ...losses);
  expect(warnings).toEqual([]);
});
