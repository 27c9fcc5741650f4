import { defineLoss, maskedLogSumExp, maskedMax, maskedMin, stopGradient } from 'twinspec/plugin';
import { some, unit } from '../formulas.js';
import { about, type WrongPlugin } from './entry.js';

/** Losses that select the wrong elements, or let no gradient through to the right ones. */
export const wrongElements: readonly WrongPlugin[] = [
  {
    wrong:
      'Batch-hard that looks for negatives where `same` is 0: the diagonal is among them, so that the closest negative is the anchor itself and no real one is ever pushed.',
    plugin: defineLoss({
      ...about('diagonal-is-hardest-negative'),
      consumes: 'batch',
      inject: ['tf'],
      create: (_options, tf) => ({
        values({ distance, same }) {
          const far = maskedMax(tf, distance, same);
          const near = maskedMin(tf, distance, tf.sub(1, same));
          return { hard: { values: tf.relu(tf.add(tf.sub(far, near), 0.2)), mask: some(tf, same) } };
        },
      }),
    }),
  },
  {
    wrong:
      'Easy-positive mining that looks for positives where `different` is 0: the closest positive is the anchor itself, at 0, and no real one is ever pulled.',
    plugin: defineLoss({
      ...about('diagonal-is-easiest-positive'),
      consumes: 'batch',
      inject: ['tf'],
      create: (_options, tf) => ({
        values({ distance, different }) {
          const easiest = maskedMin(tf, distance, tf.sub(1, different));
          const hardest = maskedMin(tf, distance, different);
          return { easy: { values: tf.softplus(tf.sub(easiest, hardest)), mask: some(tf, different) } };
        },
      }),
    }),
  },
  {
    wrong:
      'A supervised contrastive loss whose denominator runs over all samples: each anchor, at distance 0, is its own strongest competitor.',
    plugin: defineLoss({
      ...about('anchor-in-its-denominator'),
      consumes: 'batch',
      inject: ['tf'],
      create: (_options, tf) => ({
        values({ distance, same }) {
          const logits = tf.div(tf.neg(distance), 0.1);
          const all = tf.expandDims(maskedLogSumExp(tf, logits, tf.onesLike(distance)), 1); // [b, 1]
          return { pairs: { values: tf.sub(all, logits), mask: same } };
        },
      }),
    }),
  },
  {
    wrong:
      'Lifted structure whose mask is `different` where it should be `same`: pairs of two classes are taken for the matches.',
    plugin: defineLoss({
      ...about('lifted-structure-masks-others'),
      consumes: 'batch',
      inject: ['tf'],
      create: (_options, tf) => ({
        values({ distance, different }) {
          const push = tf.expandDims(maskedLogSumExp(tf, tf.sub(1, distance), different), 1); // [b, 1]
          const either = tf.maximum(push, tf.transpose(push)); // [b, b]
          const lifted = tf.square(tf.relu(tf.add(distance, either)));
          return { lifted: { values: tf.div(lifted, 2), mask: different } };
        },
      }),
    }),
  },
  {
    wrong:
      'The push of a contrastive loss is masked by `same`, as its pull is: matches are pushed apart, and pairs of two classes never are.',
    plugin: defineLoss({
      ...about('push-masks-matches'),
      consumes: 'pairs',
      inject: ['tf'],
      create: (_options, tf) => ({
        values: ({ distance, same }) => ({
          pull: { values: tf.square(distance), mask: same },
          push: { values: tf.square(tf.relu(tf.sub(1, distance))), mask: same },
        }),
      }),
    }),
  },
  {
    wrong:
      'The sum over the negatives stands under stopGradient: they count in the value, and none of them is pushed away.',
    plugin: defineLoss({
      ...about('negatives-held-constant'),
      consumes: 'batch',
      inject: ['tf'],
      create: (_options, tf) => ({
        values({ distance, same, different }) {
          const logits = tf.div(tf.neg(distance), 0.1);
          const negatives = stopGradient(tf, () => maskedLogSumExp(tf, logits, different));
          return { pairs: { values: tf.softplus(tf.sub(tf.expandDims(negatives, 1), logits)), mask: same } };
        },
      }),
    }),
  },
  {
    wrong: 'The right embedding of each pair stands under stopGradient: only the left one is moved.',
    plugin: defineLoss({
      ...about('right-side-held-constant'),
      consumes: 'pairs',
      inject: ['tf'],
      create: (_options, tf) => ({
        values({ left, right, same }) {
          const fixed = stopGradient(tf, () => unit(tf, right));
          const far = tf.sub(1, tf.sum(tf.mul(unit(tf, left), fixed), -1));
          return tf.add(tf.mul(same, far), tf.mul(tf.sub(1, same), tf.relu(tf.sub(0.5, far))));
        },
      }),
    }),
  },
  {
    wrong: "The diagonal is cut out of the identity of the author's batch size, 128: a batch that is larger fails.",
    plugin: defineLoss({
      ...about('batch-of-128'),
      consumes: 'batch',
      inject: ['tf'],
      create: (_options, tf) => ({
        values({ distance, same }) {
          const rows = distance.shape[0];
          const others = tf.sub(1, tf.slice(tf.eye(128), [0, 0], [rows, rows]));
          const logits = tf.neg(tf.square(distance));
          const nca = tf.sub(maskedLogSumExp(tf, logits, others), maskedLogSumExp(tf, logits, same));
          return { neighbors: { values: nca, mask: some(tf, same) } };
        },
      }),
    }),
  },
  {
    wrong: 'N-pairs that takes the next row of the batch for the positive, whatever its label is.',
    plugin: defineLoss({
      ...about('next-row-is-positive'),
      consumes: 'batch',
      inject: ['tf'],
      create: (_options, tf) => ({
        values({ distance }) {
          const rows = distance.shape[0];
          const next = Array.from({ length: rows }, (_, row) => (row + 1) % rows);
          const positive = tf.oneHot(tf.tensor1d(next, 'int32'), rows);
          const others = tf.sub(1, tf.eye(rows));
          const logits = tf.neg(distance);
          const chosen = tf.sum(tf.mul(positive, logits), 1);
          return rows < 2 ? tf.mul(chosen, 0) : tf.sub(maskedLogSumExp(tf, logits, others), chosen);
        },
      }),
    }),
  },
];
