import { defineLoss } from 'twinspec/plugin';
import { cosines, crossEntropy, targets } from '../formulas.js';
import { about, type WrongPlugin } from './entry.js';

const proxies = ({ classes, dimension }: { classes: number; dimension: number }) =>
  ({ proxies: { shape: [classes, dimension], init: { kind: 'normal', mean: 0, stddev: 1 } } }) as const;

/** Losses that compute with class numbers, which are names. */
export const wrongLabels: readonly WrongPlugin[] = [
  {
    wrong:
      'Asks for more distance between two classes the farther their numbers are apart, so that it depends on how classes are numbered.',
    plugin: defineLoss({
      ...about('label-gap-margin'),
      consumes: 'batch',
      inject: ['tf'],
      create: (_options, tf) => ({
        values({ distance, same, different, label }) {
          const number = tf.cast(label, 'float32');
          const gap = tf.abs(tf.sub(tf.expandDims(number, 1), tf.expandDims(number, 0)));
          return {
            pull: { values: tf.square(distance), mask: same },
            push: { values: tf.square(tf.relu(tf.sub(gap, distance))), mask: different },
          };
        },
      }),
    }),
  },
  {
    wrong:
      'A normalized softmax that takes class numbers to start at 1: samples of class 0 cost nothing, and no sample is held to the last proxy.',
    plugin: defineLoss({
      ...about('classes-from-1'),
      consumes: 'batch',
      weights: ['proxies'],
      inject: ['tf'],
      create: (_options, tf) => ({
        weights: proxies,
        values({ embedding, label, weights }) {
          const logits = tf.div(cosines(tf, embedding, weights.proxies), 0.05);
          return crossEntropy(tf, targets(tf, tf.sub(label, 1), weights.proxies.shape[0]), logits);
        },
      }),
    }),
  },
  {
    wrong:
      'CosFace divided by the number of classes in the batch, which it reads off as the highest label + 1: renumbering the classes changes the scale of the loss.',
    plugin: defineLoss({
      ...about('counts-classes-by-highest-label'),
      consumes: 'batch',
      weights: ['proxies'],
      inject: ['tf'],
      create: (_options, tf) => ({
        weights: proxies,
        values({ embedding, label, weights }) {
          const target = targets(tf, label, weights.proxies.shape[0]);
          const logits = tf.mul(tf.sub(cosines(tf, embedding, weights.proxies), tf.mul(target, 0.35)), 16);
          const count = tf.add(tf.max(tf.cast(label, 'float32')), 1);
          return tf.div(crossEntropy(tf, target, logits), count);
        },
      }),
    }),
  },
];
