import { defineLoss, maskedLogSumExp } from 'twinspec/plugin';
import { allSquares, cosine, cosines, crossEntropy, some, squares, targets } from '../formulas.js';
import { about, type WrongPlugin } from './entry.js';

/** Losses that move embeddings the wrong way, all but the triplet's margin through what they read of the embeddings themselves. */
export const wrongSigns: readonly WrongPlugin[] = [
  {
    wrong:
      'Takes 1 + cos for the distance of a pair, so that matches are turned away from each other and others together.',
    plugin: defineLoss({
      ...about('cosine-pairs-inverted'),
      consumes: 'pairs',
      inject: ['tf'],
      create: (_options, tf) => ({
        values({ left, right, same }) {
          const far = tf.add(1, cosine(tf, left, right));
          return tf.add(tf.mul(same, far), tf.mul(tf.sub(1, same), tf.relu(tf.sub(0.5, far))));
        },
      }),
    }),
  },
  {
    wrong:
      'Subtracts the squared distance to the positive from that to the negative, so that the positive is pushed away.',
    plugin: defineLoss({
      ...about('squared-triplet-inverted'),
      consumes: 'triplets',
      inject: ['tf'],
      create: (_options, tf) => ({
        values: ({ embeddings: { anchor, positive, negative } }) =>
          tf.softplus(tf.sub(squares(tf, anchor, negative), squares(tf, anchor, positive))),
      }),
    }),
  },
  {
    wrong: 'InfoNCE over −cos/τ in place of cos/τ, so that samples of one class are turned away from each other.',
    plugin: defineLoss({
      ...about('info-nce-inverted'),
      consumes: 'batch',
      inject: ['tf'],
      create: (_options, tf) => ({
        values({ embedding, same, different }) {
          const logits = tf.div(tf.neg(cosines(tf, embedding, embedding)), 0.1); // [b, b]
          const others = tf.expandDims(maskedLogSumExp(tf, logits, different), 1); // [b, 1]
          return { pairs: { values: tf.softplus(tf.sub(others, logits)), mask: same } };
        },
      }),
    }),
  },
  {
    wrong: "Proxy-NCA over +d² in place of −d², so that each sample flees its own class's proxy.",
    plugin: defineLoss({
      ...about('proxy-nca-inverted'),
      consumes: 'batch',
      weights: ['proxies'],
      inject: ['tf'],
      create: (_options, tf) => ({
        weights: ({ classes, dimension }) => ({
          proxies: { shape: [classes, dimension], init: { kind: 'normal', mean: 0, stddev: 1 } },
        }),
        values: ({ embedding, label, weights: { proxies } }) =>
          crossEntropy(tf, targets(tf, label, proxies.shape[0]), allSquares(tf, embedding, proxies)),
      }),
    }),
  },
  {
    wrong:
      'Proxy-anchor whose push has exp(−α(s + δ)) in place of exp(+α(s + δ)), so that samples are drawn to the proxies of other classes.',
    plugin: defineLoss({
      ...about('proxy-anchor-draws-others'),
      consumes: 'batch',
      weights: ['proxies'],
      inject: ['tf'],
      create: (_options, tf) => ({
        weights: ({ classes, dimension }) => ({
          proxies: { shape: [classes, dimension], init: { kind: 'normal', mean: 0, stddev: 1 } },
        }),
        values({ embedding, label, weights: { proxies } }) {
          const similarity = cosines(tf, embedding, proxies); // [b, classes]
          const own = targets(tf, label, proxies.shape[0]);
          const side = (logits: typeof similarity, selected: typeof own) =>
            tf.softplus(maskedLogSumExp(tf, logits, selected, 0)); // [classes]
          return {
            pull: {
              values: side(tf.mul(tf.sub(similarity, 0.1), -32), own),
              mask: some(tf, tf.transpose(own)),
            },
            push: { values: side(tf.mul(tf.add(similarity, 0.1), -32), tf.sub(1, own)) },
          };
        },
      }),
    }),
  },
  {
    wrong:
      'A center loss with the hinge turned round, so that each sample is pushed at least 1 away from the center of its own class.',
    plugin: defineLoss({
      ...about('center-pushes-own'),
      consumes: 'batch',
      weights: ['centers'],
      inject: ['tf'],
      create: (_options, tf) => ({
        weights: ({ classes, dimension }) => ({
          centers: { shape: [classes, dimension], init: { kind: 'normal', mean: 0, stddev: 0.1 } },
        }),
        values({ embedding, label, weights: { centers } }) {
          const own = tf.matMul(targets(tf, label, centers.shape[0]), centers); // [b, d]
          return tf.relu(tf.sub(1, squares(tf, embedding, own)));
        },
      }),
    }),
  },
  {
    wrong:
      'A right contrastive loss of the distance, beside a term that adds same·cos in place of same·(1 − cos): through the embeddings alone, matches are turned away from each other.',
    plugin: defineLoss({
      ...about('alignment-inverted'),
      consumes: 'pairs',
      inject: ['tf'],
      create: (_options, tf) => ({
        values: ({ distance, same, left, right }) => ({
          pull: { values: tf.square(distance), mask: same },
          push: { values: tf.square(tf.relu(tf.sub(1, distance))), mask: tf.sub(1, same) },
          align: { values: cosine(tf, left, right), mask: same, weight: 10 },
        }),
      }),
    }),
  },
  {
    wrong:
      'Subtracts the margin from the hinge of a triplet, so that a larger margin asks for less and a negative that is nearer than the positive may cost nothing.',
    plugin: defineLoss({
      ...about('margin-subtracted'),
      consumes: 'triplets',
      options: { margin: { type: 'number', exclusiveMinimum: 0, default: 0.2, description: 'Lead of the positive.' } },
      margins: ['margin'],
      inject: ['tf'],
      create: ({ margin }, tf) => ({
        values: ({ positive, negative }) => tf.relu(tf.sub(tf.sub(positive, negative), margin)),
      }),
    }),
  },
];
