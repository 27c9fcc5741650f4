import { defineLoss, stopGradient } from 'twinspec/plugin';
import { allSquares, cosines, crossEntropy, squares, targets } from '../formulas.js';
import { about, type WrongPlugin } from './entry.js';

const margin = { type: 'number', exclusiveMinimum: 0, default: 1, description: 'Distance between classes.' } as const;
const zeroCenters = ({ classes, dimension }: { classes: number; dimension: number }) =>
  ({ centers: { shape: [classes, dimension], init: { kind: 'constant', value: 0 } } }) as const;

/** Losses whose options, weights or state do nothing. */
export const wrongUnread: readonly WrongPlugin[] = [
  {
    wrong: 'The option `margin` is never read: the hinge has the number 1.',
    plugin: defineLoss({
      ...about('margin-unread'),
      consumes: 'pairs',
      options: { margin },
      margins: ['margin'],
      inject: ['tf'],
      create: (_options, tf) => ({
        values: ({ distance, same }) =>
          tf.add(tf.mul(same, tf.square(distance)), tf.mul(tf.sub(1, same), tf.square(tf.relu(tf.sub(1, distance))))),
      }),
    }),
  },
  {
    wrong:
      'The option `scale` is multiplied into the proxies before they are normalized, which takes it out again: it has no effect.',
    plugin: defineLoss({
      ...about('scale-without-effect'),
      consumes: 'batch',
      weights: ['proxies'],
      options: { scale: { type: 'number', exclusiveMinimum: 0, default: 16, description: 'Of the logits.' } },
      inject: ['tf'],
      create: ({ scale }, tf) => ({
        weights: ({ classes, dimension }) => ({
          proxies: { shape: [classes, dimension], init: { kind: 'normal', mean: 0, stddev: 1 } },
        }),
        values: ({ embedding, label, weights: { proxies } }) =>
          crossEntropy(
            tf,
            targets(tf, label, proxies.shape[0]),
            tf.mul(cosines(tf, embedding, tf.mul(proxies, scale)), 20),
          ),
      }),
    }),
  },
  {
    wrong: 'The weight `beta` is declared as a learned boundary and never read: the boundary is the constant 1.2.',
    plugin: defineLoss({
      ...about('beta-unread'),
      consumes: 'pairs',
      weights: ['beta'],
      inject: ['tf'],
      create: (_options, tf) => ({
        weights: () => ({ beta: { shape: [], init: { kind: 'constant', value: 1.2 } } }),
        values: ({ distance, same }) => tf.relu(tf.add(tf.mul(tf.sub(tf.mul(same, 2), 1), tf.sub(distance, 1.2)), 0.2)),
      }),
    }),
  },
  {
    wrong:
      'The proxies are read under stopGradient: they are declared as weights and keep their first values for ever.',
    plugin: defineLoss({
      ...about('proxies-held-constant'),
      consumes: 'batch',
      weights: ['proxies'],
      inject: ['tf'],
      create: (_options, tf) => ({
        weights: ({ classes, dimension }) => ({
          proxies: { shape: [classes, dimension], init: { kind: 'normal', mean: 0, stddev: 1 } },
        }),
        values({ embedding, label, weights }) {
          const proxies = stopGradient(tf, () => tf.clone(weights.proxies));
          return crossEntropy(tf, targets(tf, label, proxies.shape[0]), tf.neg(allSquares(tf, embedding, proxies)));
        },
      }),
    }),
  },
  {
    wrong: 'The state `centers` is renewed and never read: samples are drawn to the means of this batch.',
    plugin: defineLoss({
      ...about('centers-unread'),
      consumes: 'batch',
      state: ['centers'],
      inject: ['tf'],
      create: (_options, tf) => ({
        state: zeroCenters,
        values({ embedding, same }) {
          const alike = tf.add(same, tf.eye(same.shape[0]));
          const sums = tf.matMul(alike, embedding); // [b, d]
          return squares(tf, embedding, tf.div(sums, tf.sum(alike, 1, true)));
        },
        nextState({ embedding, label, state: { centers } }) {
          const own = targets(tf, label, centers.shape[0]); // [b, classes]
          const counts = tf.expandDims(tf.sum(own, 0), 1); // [classes, 1]
          const sums = tf.matMul(own, embedding, true, false); // [classes, d]
          const step = tf.div(tf.sub(sums, tf.mul(counts, centers)), tf.add(1, counts));
          return { centers: tf.add(centers, tf.mul(step, 0.5)) };
        },
      }),
    }),
  },
  {
    wrong:
      'The state `centers` is read, and nextState hands it back as it was: samples are drawn to 0, where the centers stay.',
    plugin: defineLoss({
      ...about('centers-never-renewed'),
      consumes: 'batch',
      state: ['centers'],
      inject: ['tf'],
      create: (_options, tf) => ({
        state: zeroCenters,
        values({ embedding, label, state: { centers } }) {
          const own = tf.matMul(targets(tf, label, centers.shape[0]), centers); // [b, d]
          return tf.div(squares(tf, embedding, own), 2);
        },
        nextState: ({ state: { centers } }) => ({ centers: tf.clone(centers) }),
      }),
    }),
  },
];
