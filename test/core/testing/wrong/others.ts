import {
  defineDistance,
  defineOptimizer,
  defineReducer,
  defineSchedule,
  safeNorm,
  stopGradient,
  type Descriptor,
} from 'twinspec/plugin';

const value = { value: { type: 'number', default: 0.1, description: 'Rate.' } } as const;
let asked = 0;

/** A plugin, the check that names it, and words of its report. */
export const wrongOthers: readonly (readonly [Descriptor, string, RegExp])[] = [
  [
    defineDistance({
      name: 'wrong/matrix-without-gradient',
      summary: 'Holds its matrix constant.',
      inject: ['tf'],
      create: (_options, tf) => {
        const between = (a: Parameters<typeof tf.sub>[0], b: Parameters<typeof tf.sub>[0]) =>
          safeNorm(tf, tf.sub(a, b));
        return {
          between,
          matrix: (a, b) => stopGradient(tf, () => between(tf.expandDims(a, 1), tf.expandDims(b, 0))),
        };
      },
    }),
    'matrix',
    /the gradient of matrix/,
  ],
  [
    defineDistance({
      name: 'wrong/matrix-that-cancels',
      summary: '‖a‖² + ‖b‖² − 2 a·b.',
      inject: ['tf'],
      create: (_options, tf) => ({
        between: (a, b) => tf.sum(tf.square(tf.sub(a, b)), -1),
        matrix: (a, b) =>
          tf.add(
            tf.sub(
              tf.sum(tf.square(a), 1, true),
              tf.mul(2, tf.matMul(a.as2D(a.shape[0], a.shape[1]!), b.as2D(b.shape[0], b.shape[1]!), false, true)),
            ),
            tf.expandDims(tf.sum(tf.square(b), 1), 0),
          ),
      }),
    }),
    'matrix',
    /disagree/,
  ],
  [
    defineDistance({
      name: 'wrong/matrix-nan-at-equal-rows',
      summary: 'A root without care.',
      inject: ['tf'],
      create: (_options, tf) => ({
        between: (a, b) => safeNorm(tf, tf.sub(a, b)),
        matrix: (a, b) => tf.sqrt(tf.sum(tf.square(tf.sub(tf.expandDims(a, 1), tf.expandDims(b, 0))), -1)),
      }),
    }),
    'matrix finite',
    /NaN/,
  ],
  [
    defineOptimizer({
      name: 'wrong/climbs',
      summary: 'Adds the gradient.',
      inject: ['tf'],
      create: (_options, tf) => ({
        slots: {},
        update: ({ weight, gradient, learningRate }) => ({
          weight: tf.add(weight, tf.mul(gradient, learningRate)),
          slots: {},
        }),
      }),
    }),
    'descends',
    /against the gradient/,
  ],
  [
    defineOptimizer({
      name: 'wrong/own-rate',
      summary: 'Knows its rate better.',
      inject: ['tf'],
      create: (_options, tf) => ({
        slots: {},
        update: ({ weight, gradient, learningRate }) => ({
          weight: tf.sub(weight, tf.add(tf.mul(gradient, 0.01), tf.mul(learningRate, 0))),
          slots: {},
        }),
      }),
    }),
    'rate',
    /learning rate of 0 it moves/,
  ],
  [
    defineOptimizer({
      name: 'wrong/loses-a-slot',
      summary: 'Forgets to hand its slot on.',
      inject: ['tf'],
      create: (_options, tf) => ({
        slots: { momentum: 0 },
        update: ({ weight, gradient, learningRate }) => ({
          weight: tf.sub(weight, tf.mul(gradient, learningRate)),
          slots: {},
        }),
      }),
    }),
    'shapes',
    /no slot momentum/,
  ],
  [
    defineSchedule({
      name: 'wrong/counts-calls',
      summary: 'Falls at each call.',
      options: value,
      create: (options) => ({ learningRate: () => options.value / ++asked }),
    }),
    'purity',
    /other rates/,
  ],
  [
    defineSchedule({
      name: 'wrong/below-zero',
      summary: 'Falls below 0.',
      options: value,
      create: (options) => ({ learningRate: ({ step }) => options.value - step / 100 }),
    }),
    'rates',
    /a number from 0/,
  ],
  [
    defineSchedule({
      name: 'wrong/state-of-infinity',
      summary: 'Remembers Infinity, which JSON does not.',
      options: value,
      create: (options) => ({
        learningRate: () => options.value,
        memory: {
          initial: { best: Infinity, waited: 0 },
          needsValidation: false,
          observe: (state: unknown) => {
            const { waited } = state as { best: number; waited: number };
            return { best: Infinity, waited: (state as { best: unknown }).best === null ? 0 : waited + 1 };
          },
        },
      }),
    }),
    'memory',
    /does not survive JSON/,
  ],
  [
    defineReducer({
      name: 'wrong/ignores-the-mask',
      summary: 'Takes the mean of everything.',
      inject: ['tf'],
      create: (_options, tf) => ({ reduce: (values) => tf.mean(values) }),
    }),
    'mask',
    /Where nothing is selected/,
  ],
  [
    defineReducer({
      name: 'wrong/divides-by-nothing',
      summary: 'Divides by what is selected, also where that is nothing.',
      inject: ['tf'],
      create: (_options, tf) => ({
        reduce: (values, mask) =>
          mask === null ? tf.mean(values) : tf.div(tf.sum(tf.mul(values, mask)), tf.sum(mask)),
      }),
    }),
    'finite',
    /nothing selected/,
  ],
  [
    defineReducer({
      name: 'wrong/no-number',
      summary: 'Reduces the last axis only.',
      inject: ['tf'],
      create: (_options, tf) => ({
        reduce: (values, mask) => tf.mean(mask === null ? values : tf.mul(values, mask), -1),
      }),
    }),
    'shapes',
    /should make one number/,
  ],
];
