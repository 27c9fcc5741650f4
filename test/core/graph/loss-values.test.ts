import { describe, expect, it } from 'vitest';
import {
  defineDistance,
  defineLoss,
  mask,
  type LossDescriptor,
  type LossOutput,
  type ReducerDescriptor,
  type Tensor,
  type Tf,
} from 'twinspec/plugin';
import { noiseOf } from '../../../core/random/stream.js';
import cpu from '../../../plugins/engines/cpu.js';
import onnx from '../../../plugins/engines/onnx/index.js';
import mean from '../../../plugins/reducers/mean.js';
import { lossStep, type LossStep } from '../../support/loss-step.js';
import { meanOfNonZero, sum } from '../../support/reducers.js';

const about = { name: 'test/own', summary: 'For a test.' };
const engines = { cpu, onnx };

/** Three points on a line, two of a class. */
const line = {
  samples: [[0], [1], [4]],
  labels: [0, 0, 1],
  batches: [{ unit: 'rows', rows: Int32Array.of(0, 1, 2) }],
  classes: 2,
} as const;

const perClass = defineLoss({
  ...about,
  consumes: 'batch',
  state: ['unused'],
  inject: ['tf'],
  create: (_options, tf) => ({
    state: ({ classes }) => ({ unused: { shape: [classes], init: { kind: 'constant', value: 0 } } }),
    nextState: ({ state }) => state,
    /** Mean squared distance of the samples of a class to their mean, [classes]. */
    values({ embedding, label, state: { unused } }) {
      const members = tf.oneHot(label, unused.shape[0]); // [b, classes]
      const counts = tf.sum(members, 0); // [classes]
      const means = tf.div(tf.matMul(members as never, embedding as never, true), tf.expandDims(counts, 1)); // [classes, d]
      const apart = tf.sum(tf.square(tf.sub(tf.expandDims(embedding, 1), means)), -1); // [b, classes]
      return tf.div(tf.sum(tf.mul(apart, members), 0), counts);
    },
  }),
});

const allTriplets = defineLoss({
  ...about,
  consumes: 'batch',
  inject: ['tf'],
  create: (_options, tf) => ({
    /** max(0, d_ap − d_an + 2.5) over every anchor, positive and negative, [b, b, b]. */
    values({ distance, same, different }) {
      const apart = tf.sub(tf.expandDims(distance, 2), tf.expandDims(distance, 1)); // [b, b, b]
      const valid = tf.mul(tf.expandDims(same, 2), tf.expandDims(different, 1)); // [b, b, b]
      return { hinge: { values: tf.relu(tf.add(apart, 2.5)), mask: valid } };
    },
  }),
});

const toMemory = defineLoss({
  ...about,
  consumes: 'batch',
  state: ['places', 'classes'],
  inject: ['tf'],
  create: (_options, tf) => ({
    state: () => ({
      places: { shape: [2], init: { kind: 'given', data: [0, 3] } },
      classes: { shape: [2], init: { kind: 'given', data: [0, 1] } },
    }),
    nextState: ({ state }) => state,
    /** |x − m| to what is remembered of the same class, [b, memory]. */
    values({ embedding, label, state: { places, classes } }) {
      const apart = tf.abs(tf.sub(embedding, tf.expandDims(places, 0))); // [b, memory]
      const same = mask(tf, () => tf.equal(tf.expandDims(tf.cast(label, 'float32'), 1), tf.expandDims(classes, 0)));
      return { near: { values: apart, mask: same } };
    },
  }),
});

/** By reducer: mean, sum, mean of those that are not 0. */
const shapes: Record<string, readonly [LossDescriptor, readonly [number, number, number]]> = {
  // Class 0 lies at 0 and 1, around 0.5: 0.25. Class 1 is one point: 0.
  'one value a class': [perClass, [0.125, 0.25, 0.25]],
  // (0, 1, 4): max(0, 1 − 4 + 2.5) = 0. (1, 0, 4): 1 − 3 + 2.5 = 0.5. No others are valid.
  'valid triplets of [b, b, b]': [allTriplets, [0.25, 0.5, 0.5]],
  // 0 and 1 to the 0 of their class: 0 and 1; 4 to the 3 of its class: 1.
  '[b, memory]': [toMemory, [2 / 3, 2, 1]],
};
const reducers: readonly ReducerDescriptor[] = [mean, sum, meanOfNonZero];

describe.each(Object.entries(engines))('on %s', (_name, engine) => {
  const lossOf = async (step: LossStep) => (await lossStep(engine, step)).outputs.loss[0];

  describe.each(Object.entries(shapes))('%s', (_shape, [loss, expected]) => {
    it.each(reducers.map((reducer, index) => [reducer.name, reducer, expected[index]] as const))(
      'reduced by %s',
      async (_reducer, reducer, value) => {
        expect(await lossOf({ ...line, loss, reducer })).toBeCloseTo(value, 6);
      },
    );
  });

  it.each([
    ['a number', 4, 0.125],
    ['a scalar', 'count', 0.25],
  ] as const)('a divisor that is %s takes the place of the reducer', async (_divisor, divisor, value) => {
    const loss = defineLoss({
      ...about,
      consumes: 'batch',
      inject: ['tf'],
      create: (_options, tf) => ({
        // Σ over positives of |a − p| is 2, of which a mask counts a quarter.
        values: ({ distance, same }) => ({
          near: {
            values: distance,
            mask: tf.mul(same, 0.25),
            divisor: divisor === 'count' ? tf.sum(same) : divisor,
          },
        }),
      }),
    });
    for (const reducer of reducers) expect(await lossOf({ ...line, loss, reducer })).toBeCloseTo(value, 6);
  });

  it('what is reduced already says so with a divisor of 1, and is no number else', async () => {
    const reduced = (divisor: object) =>
      defineLoss({
        ...about,
        consumes: 'batch',
        inject: ['tf'],
        create: (_options, tf) => ({ values: ({ distance }) => ({ whole: { values: tf.max(distance), ...divisor } }) }),
      });
    for (const reducer of reducers) expect(await lossOf({ ...line, loss: reduced({ divisor: 1 }), reducer })).toBe(4);
    await expect(lossOf({ ...line, loss: reduced({}) })).rejects.toMatchObject({
      code: 'PLUGIN_FAILED',
      message: expect.stringMatching(/^loss test\/own: values: term "whole" is a single number/) as string,
      hint: expect.stringContaining('divisor: 1') as string,
    });
  });

  describe('a step of several batches', () => {
    const pairs = (...rows: readonly (readonly [left: number, right: number])[]) => ({
      unit: 'pairs' as const,
      left: Int32Array.from(rows, ([left]) => left),
      right: Int32Array.from(rows, ([, right]) => right),
      same: new Float32Array(rows.length).fill(1),
    });
    const one = { samples: [[0], [1], [4]], batches: [pairs([0, 1], [1, 2], [0, 2])] };
    const parts = { ...one, batches: [pairs([0, 1], [1, 2]), pairs([0, 2])] };
    const ofPairs = (values: (distance: Tensor, tf: Tf) => LossOutput) =>
      defineLoss({
        ...about,
        consumes: 'pairs',
        inject: ['tf'],
        create: (_options, tf) => ({ values: ({ distance }) => values(distance, tf) }),
      });

    it('is one of their whole where an example has several values', async () => {
      // |d − 0|, |d − 2| of the distances 1, 3, 4: (1 + 1 + 3 + 1 + 4 + 2) / 6
      const loss = ofPairs((distance, tf) => tf.abs(tf.sub(tf.expandDims(distance, 1), tf.tensor1d([0, 2]))));
      const [whole, summed] = [await lossStep(engine, { ...one, loss }), await lossStep(engine, { ...parts, loss })];
      expect(whole.outputs.loss[0]).toBeCloseTo(2, 6);
      expect(summed.outputs.loss[0]).toBeCloseTo(2, 6);
      const kernel = 'weights/base/0/kernel';
      expect(summed.carried[kernel].data[0]).toBeCloseTo(whole.carried[kernel].data[0], 6);
      expect(summed.carried[kernel].data[0]).not.toBe(1);
    });

    it.each<[string, (distance: Tensor, tf: Tf) => LossOutput, RegExp]>([
      [
        'values that are not one an example',
        (distance, tf) => tf.stack([tf.sum(distance), tf.max(distance), tf.min(distance)]),
        /not one an example/,
      ],
      ['a mask', (distance) => ({ all: { values: distance, mask: distance } }), /selects or weighs elements/],
      ['a divisor', (distance) => ({ all: { values: distance, divisor: 2 } }), /divides a term itself/],
    ])('is refused for %s', async (_values, values, message) => {
      await expect(lossOf({ ...parts, loss: ofPairs(values) })).rejects.toMatchObject({
        code: 'SPEC_MISMATCH',
        message: expect.stringMatching(message) as string,
      });
    });
  });

  describe('weights of examples', () => {
    const distances = (shape: 'plain' | 'masked' | 'matrix' | 'perClass') =>
      defineLoss({
        ...about,
        consumes: 'pairs',
        inject: ['tf'],
        create: (_options, tf) => ({
          values({ distance, same }) {
            if (shape === 'plain') return distance;
            if (shape === 'masked') return { all: { values: distance, mask: same } };
            if (shape === 'matrix') return tf.stack([distance, tf.mul(distance, 3)], 1); // [n, 2]
            return tf.stack([tf.sum(distance), tf.max(distance)]); // no example's
          },
        }),
      });
    const pairs = (weight?: Float32Array) => ({
      samples: [[0], [1], [2], [3]],
      batches: [
        {
          unit: 'pairs' as const,
          left: Int32Array.of(0, 0, 0),
          right: Int32Array.of(1, 2, 3),
          same: Float32Array.of(1, 1, 0),
          ...(weight && { weight }),
        },
      ],
    });
    const weight = Float32Array.of(1, 0, 2);
    // Distances are 1, 2, 3.
    it.each([
      ['plain', (1 + 6) / 3, 7],
      ['masked', 1, 1],
      ['matrix', (1 + 3 + 6 + 18) / 6, 28],
      ['perClass', (6 + 3) / 2, 9],
    ] as const)('multiply what is masked: %s', async (shape, meanOf, sumOf) => {
      expect(await lossOf({ ...pairs(weight), loss: distances(shape) })).toBeCloseTo(meanOf, 6);
      expect(await lossOf({ ...pairs(weight), loss: distances(shape), reducer: sum })).toBeCloseTo(sumOf, 6);
    });

    it('of ones change nothing, and are nothing where there are none', async () => {
      for (const loss of (['plain', 'masked', 'matrix'] as const).map(distances))
        expect(await lossOf({ ...pairs(Float32Array.of(1, 1, 1)), loss })).toBeCloseTo(
          await lossOf({ ...pairs(), loss }),
          6,
        );
      const told = defineLoss({
        ...about,
        consumes: 'pairs',
        create: () => ({ values: ({ weight, distance }) => weight ?? distance }),
      });
      expect(await lossOf({ ...pairs(), loss: told })).toBe(2);
      expect(await lossOf({ ...pairs(weight), loss: told })).toBeCloseTo((1 + 4) / 3, 6);
    });

    it('of rows count for a pair what both rows count, and of triplets for both of their pairs', async () => {
      const loss = distances('plain');
      const rows = { unit: 'rows', rows: Int32Array.of(0, 1, 2), weight: Float32Array.of(1, 2, 3) } as const;
      // |0 − 1|·2 + |0 − 2|·3 + |1 − 2|·6, over 2 + 3 + 6
      expect(await lossOf({ ...pairs(), batches: [rows], labels: [0, 0, 1, 1], loss })).toBeCloseTo(14 / 11, 6);
      const triplets = {
        unit: 'triplets',
        anchor: Int32Array.of(0, 1),
        positive: Int32Array.of(1, 2),
        negative: Int32Array.of(3, 3),
        weight: Float32Array.of(1, 4),
      } as const;
      // (0, 1) 1, (1, 2) 1·4, (0, 3) 3, (1, 3) 2·4, over 1 + 4 + 1 + 4
      expect(await lossOf({ ...pairs(), batches: [triplets], loss })).toBeCloseTo(16 / 10, 6);
    });
  });

  describe('rows, labels and groups', () => {
    const samples = [[0], [1], [2], [3]];
    const facts = { samples, labels: [5, 6, 7, -1], groups: [40, 30, 20, 10] };
    /** Row, label and group of one sample as one number. */
    const told = (tensors: readonly (Tensor | undefined)[], tf: Parameters<typeof mask>[0]) =>
      tensors.reduce<Tensor>(
        (number, tensor) => tf.add(tf.mul(number, 100), tf.cast(tensor!, 'float32')),
        tf.scalar(0),
      );

    it('of pairs and triplets come by side', async () => {
      const ofPairs = (side: 'left' | 'right') =>
        defineLoss({
          ...about,
          consumes: 'pairs',
          inject: ['tf'],
          create: (_options, tf) => ({
            values: ({ rows, labels, groups, distance }) =>
              tf.add(told([rows[side], labels?.[side], groups?.[side]], tf), tf.mul(distance, 0)),
          }),
        });
      const pair = {
        unit: 'pairs',
        left: Int32Array.of(2),
        right: Int32Array.of(3),
        same: Float32Array.of(0),
      } as const;
      expect(await lossOf({ ...facts, batches: [pair], loss: ofPairs('left') })).toBe(20720);
      expect(await lossOf({ ...facts, batches: [pair], loss: ofPairs('right') })).toBe(29810); // without a label: −2
      const triplet = {
        unit: 'triplets',
        anchor: Int32Array.of(0),
        positive: Int32Array.of(1),
        negative: Int32Array.of(2),
      } as const;
      // Both pairs of the triplet have the anchor on the left.
      expect(await lossOf({ ...facts, batches: [triplet], loss: ofPairs('left') })).toBe(540);
      expect(await lossOf({ ...facts, batches: [triplet], loss: ofPairs('right') })).toBe((10630 + 20720) / 2);
      const ofTriplets = (side: 'anchor' | 'positive' | 'negative') =>
        defineLoss({
          ...about,
          consumes: 'triplets',
          inject: ['tf'],
          create: (_options, tf) => ({
            values: ({ rows, labels, groups, positive }) =>
              tf.add(told([rows[side], labels?.[side], groups?.[side]], tf), tf.mul(positive, 0)),
          }),
        });
      expect(await lossOf({ ...facts, batches: [triplet], loss: ofTriplets('anchor') })).toBe(540);
      expect(await lossOf({ ...facts, batches: [triplet], loss: ofTriplets('positive') })).toBe(10630);
      expect(await lossOf({ ...facts, batches: [triplet], loss: ofTriplets('negative') })).toBe(20720);
    });

    it('of a batch come by sample', async () => {
      const loss = defineLoss({
        ...about,
        consumes: 'batch',
        inject: ['tf'],
        create: (_options, tf) => ({
          values: ({ rows, label, groups, embedding }) =>
            tf.add(told([rows, label, groups ?? undefined], tf), tf.mul(tf.sum(embedding, 1), 0)),
        }),
      });
      const batch = { unit: 'rows', rows: Int32Array.of(2, 1) } as const;
      expect(await lossOf({ ...facts, batches: [batch], loss })).toBe((20720 + 10630) / 2);
    });

    it('are null where the dataset has none', async () => {
      const loss = defineLoss({
        ...about,
        consumes: 'pairs',
        inject: ['tf'],
        create: (_options, tf) => ({
          values: ({ distance, labels, groups }) =>
            tf.add(tf.mul(distance, 0), Number(labels === null && groups === null)),
        }),
      });
      const batch = {
        unit: 'pairs',
        left: Int32Array.of(2),
        right: Int32Array.of(3),
        same: Float32Array.of(0),
      } as const;
      expect(await lossOf({ samples, batches: [batch], loss })).toBe(1);
    });
  });

  it('a sample without a class matches no other', async () => {
    const loss = defineLoss({
      ...about,
      consumes: 'batch',
      inject: ['tf'],
      create: (_options, tf) => ({
        values: ({ same, different, distance }) =>
          tf.add(tf.mul(distance, 0), tf.add(tf.sum(same), tf.mul(tf.sum(different), 100))),
      }),
    });
    const samples = [[0], [1], [2], [3]];
    const batch = { unit: 'rows', rows: Int32Array.of(0, 1, 2, 3) } as const;
    // Rows 0 and 1 are of one class, 2 and 3 of none: 2 of 16 entries are the same, 4 are the diagonal.
    expect(await lossOf({ samples, batches: [batch], labels: [0, 0, -1, -1], loss })).toBe(2 + 100 * 10);
    const pairs = defineLoss({ ...about, consumes: 'pairs', create: () => ({ values: ({ same }) => same }) });
    expect(await lossOf({ samples, batches: [batch], labels: [0, 0, -1, -1], loss: pairs })).toBeCloseTo(1 / 6, 6);
  });

  it('noise is that of the seed, the step and the name', async () => {
    const loss = defineLoss({
      ...about,
      consumes: 'pairs',
      inject: ['tf'],
      create: (_options, tf) => ({
        values: ({ distance, noise }) =>
          tf.add(tf.mul(distance, 0), tf.mul(noise('some', 'normal', distance.shape), noise('others', 'bytes', []))),
      }),
    });
    const batch = {
      unit: 'pairs',
      left: Int32Array.of(0, 0),
      right: Int32Array.of(1, 2),
      same: Float32Array.of(1, 0),
    } as const;
    const source = noiseOf(1, 1);
    const [a, b] = source('loss/some', 'normal', 2);
    const [factor] = source('loss/others', 'bytes', 1);
    expect(await lossOf({ ...line, batches: [batch], loss })).toBeCloseTo(((a + b) / 2) * factor, 3);
  });

  it('a similarity is what the distance makes of it, for every form', async () => {
    const pair = { unit: 'pairs', left: Int32Array.of(0), right: Int32Array.of(2), same: Float32Array.of(1) } as const;
    const triplet = {
      unit: 'triplets',
      anchor: Int32Array.of(0),
      positive: Int32Array.of(1),
      negative: Int32Array.of(2),
    } as const;
    const requires = { similarity: true } as const;
    const ofPairs = defineLoss({
      ...about,
      consumes: 'pairs',
      requires,
      create: () => ({ values: ({ similarity }) => similarity }),
    });
    const ofTriplets = defineLoss({
      ...about,
      consumes: 'triplets',
      requires,
      create: () => ({ values: ({ similarity }) => similarity.swapped }),
    });
    const ofBatch = defineLoss({
      ...about,
      consumes: 'batch',
      requires,
      create: () => ({ values: ({ similarity }) => similarity }),
    });
    const distance = defineDistance({
      ...about,
      similarity: 'negative-squares',
      inject: ['tf'],
      create: (_options, tf) => ({
        between: (a, b) => tf.sum(tf.abs(tf.sub(a, b)), -1),
        toSimilarity: (apart) => tf.neg(tf.square(apart)),
      }),
    });
    expect(await lossOf({ ...line, distance, batches: [pair], loss: ofPairs })).toBeCloseTo(-16, 5);
    expect(await lossOf({ ...line, distance, batches: [triplet], loss: ofTriplets })).toBeCloseTo(-9, 5);
    expect(await lossOf({ ...line, distance, loss: ofBatch, reducer: sum })).toBeCloseTo(-2 * (1 + 16 + 9), 5);
  });
});
