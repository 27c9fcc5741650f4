import { defineLoss, maskedLogSumExp } from 'twinspec/plugin';
import { about, type WrongPlugin } from './entry.js';

const margin = { type: 'number', exclusiveMinimum: 0, default: 1, description: 'Distance between classes.' } as const;

/** Losses whose values or gradients break at some distances or at some time. */
export const wrongNumerics: readonly WrongPlugin[] = [
  {
    wrong: 'Takes tf.norm of the difference of two embeddings: its gradient is NaN where they are equal.',
    plugin: defineLoss({
      ...about('nan-at-equal-rows'),
      consumes: 'triplets',
      inject: ['tf'],
      create: (_options, tf) => ({
        values({ embeddings: { anchor, positive, negative } }) {
          const apart = (a: typeof anchor, b: typeof anchor) => tf.norm(tf.sub(a, b), 'euclidean', -1);
          return tf.relu(tf.add(tf.sub(apart(anchor, positive), apart(anchor, negative)), 0.2));
        },
      }),
    }),
  },
  {
    wrong:
      'Takes the distance for a squared one and its root again: the gradient of a match grows without bound as it comes close, and is infinite at 0.',
    plugin: defineLoss({
      ...about('root-of-the-distance'),
      consumes: 'pairs',
      options: { margin },
      margins: ['margin'],
      inject: ['tf'],
      create: ({ margin }, tf) => ({
        values({ distance, same }) {
          const root = tf.sqrt(distance);
          return tf.add(tf.mul(same, root), tf.mul(tf.sub(1, same), tf.relu(tf.sub(margin, distance))));
        },
      }),
    }),
  },
  {
    wrong:
      'Squares the distance inside the hinge: pairs of two classes count as apart from the root of the margin on, and where they are close, where it matters most, hardly anything pushes them.',
    plugin: defineLoss({
      ...about('hinge-of-the-square'),
      consumes: 'pairs',
      options: { margin },
      margins: ['margin'],
      inject: ['tf'],
      create: ({ margin }, tf) => ({
        values: ({ distance, same }) =>
          tf.add(
            tf.mul(same, tf.square(distance)),
            tf.mul(tf.sub(1, same), tf.relu(tf.sub(margin, tf.square(distance)))),
          ),
      }),
    }),
  },
  {
    wrong: 'Divides a term by `progress`, which is 0 at the first step.',
    plugin: defineLoss({
      ...about('divides-by-progress'),
      consumes: 'pairs',
      inject: ['tf'],
      create: (_options, tf) => ({
        values({ distance, same, progress }) {
          const push = tf.square(tf.relu(tf.sub(1, distance)));
          return tf.add(tf.mul(same, tf.square(distance)), tf.div(tf.mul(tf.sub(1, same), push), progress));
        },
      }),
    }),
  },
  {
    wrong: 'Cools its temperature down to τ = 0.1·(1 − progress), which is 0 when progress is 1.',
    plugin: defineLoss({
      ...about('temperature-ends-at-0'),
      consumes: 'batch',
      inject: ['tf'],
      create: (_options, tf) => ({
        values({ distance, same, different, progress }) {
          const logits = tf.div(tf.neg(distance), tf.mul(tf.sub(1, progress), 0.1));
          const negatives = tf.expandDims(maskedLogSumExp(tf, logits, different), 1);
          return { pairs: { values: tf.softplus(tf.sub(negatives, logits)), mask: same } };
        },
      }),
    }),
  },
];
