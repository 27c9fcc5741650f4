import { defineBase, type Descriptor } from 'twinspec/plugin';

const about = (name: string) => ({ name: `wrong/${name}`, summary: 'Wrong on purpose.' });
const flat = (shape: readonly number[]) => ({ inputShape: [...shape] });

/** Each of these base networks is wrong in one way. */
export const ignoresInput = defineBase({
  ...about('ignores-input'),
  inject: ['tf'],
  create: (_options, tf) => ({
    model: (shape) =>
      tf.sequential({
        layers: [
          tf.layers.flatten(flat(shape)),
          tf.layers.dense({ units: 3, kernelInitializer: 'zeros', trainable: false }),
          tf.layers.dense({ units: 4, biasInitializer: 'randomNormal' }),
        ],
      }),
  }),
});

export const keepsImages = defineBase({
  ...about('keeps-images'),
  inject: ['tf'],
  create: (_options, tf) => ({
    model: (shape) => tf.sequential({ layers: [tf.layers.conv2d({ ...flat(shape), filters: 2, kernelSize: 3 })] }),
  }),
});

export const fixedSeed = defineBase({
  ...about('fixed-seed'),
  inject: ['tf'],
  create: (_options, tf) => ({
    model: (shape) =>
      tf.sequential({
        layers: [
          tf.layers.flatten(flat(shape)),
          tf.layers.dense({ units: 4, kernelInitializer: tf.initializers.randomNormal({ stddev: 0.1, seed: 7 }) }),
        ],
      }),
  }),
});

export const unusedWeights = defineBase({
  ...about('unused-weights'),
  inject: ['tf'],
  create: (_options, tf) => ({
    model(shape) {
      const input = tf.input({ shape: [...shape] });
      const flattened = tf.layers.flatten().apply(input) as never;
      const used = tf.layers.dense({ units: 4 }).apply(flattened) as never;
      const dead = {
        units: 4,
        activation: 'relu',
        biasInitializer: tf.initializers.constant({ value: -100 }),
      } as const;
      const silent = tf.layers.dense(dead).apply(flattened) as never;
      return tf.model({ inputs: input, outputs: tf.layers.add().apply([used, silent]) as never });
    },
  }),
});

export const wrongBases: readonly (readonly [plugin: Descriptor, check: string, words: RegExp])[] = [
  [ignoresInput, 'input', /one and the same embedding/],
  [keepsImages, 'builds', /output has shape/],
  [fixedSeed, 'seed', /another seed, it starts with the same weights/],
  [unusedWeights, 'weights', /No gradient reaches base\/\d\/kernel, base\/\d\/bias/],
];
