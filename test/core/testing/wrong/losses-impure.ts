import { defineLoss } from 'twinspec/plugin';
import { cosines, crossEntropy, squares, targets } from '../formulas.js';
import { about, type WrongPlugin } from './entry.js';

const proxies = ({ classes, dimension }: { classes: number; dimension: number }) =>
  ({ proxies: { shape: [classes, dimension], init: { kind: 'normal', mean: 0, stddev: 1 } } }) as const;

/** Losses that remember, draw lots, or do something to what they are given. */
export const impure: readonly WrongPlugin[] = [
  {
    wrong:
      'Counts its calls and pushes from the 200th on: it behaves in another way then, and a compiled step never gets there.',
    plugin: defineLoss({
      ...about('pushes-from-the-200th-call'),
      consumes: 'pairs',
      inject: ['tf'],
      create(_options, tf) {
        let calls = 0;
        return {
          values({ distance, same }) {
            const pull = tf.mul(same, tf.square(distance));
            if (++calls < 200) return pull;
            return tf.add(pull, tf.mul(tf.sub(1, same), tf.square(tf.relu(tf.sub(1, distance)))));
          },
        };
      },
    }),
  },
  {
    wrong:
      'Counts its calls in a variable of its own to warm the margin up, in place of reading `progress` or a declared state.',
    plugin: defineLoss({
      ...about('counts-its-calls'),
      consumes: 'triplets',
      inject: ['tf'],
      create(_options, tf) {
        let calls = 0;
        return {
          values({ positive, negative }) {
            calls += 1;
            return tf.relu(tf.add(tf.sub(positive, negative), Math.min(0.2, calls / 1000)));
          },
        };
      },
    }),
  },
  {
    wrong:
      'Raises the weight of a term a little at each call: the term weight depends on how often the loss was called before.',
    plugin: defineLoss({
      ...about('raises-a-term-weight'),
      consumes: 'pairs',
      inject: ['tf'],
      create(_options, tf) {
        let push = 0.1;
        return {
          values({ distance, same }) {
            push = Math.min(1, push * 1.01);
            return {
              pull: { values: tf.square(distance), mask: same },
              push: { values: tf.square(tf.relu(tf.sub(1, distance))), mask: tf.sub(1, same), weight: push },
            };
          },
        };
      },
    }),
  },
  {
    wrong:
      'Drops coordinates of the embeddings by chance of its own, from a fixed seed: the same ones are dropped at every step, and never learn.',
    plugin: defineLoss({
      ...about('drops-the-same-coordinates'),
      consumes: 'batch',
      weights: ['proxies'],
      inject: ['tf'],
      create: (_options, tf) => ({
        weights: proxies,
        values({ embedding, label, weights }) {
          const size = weights.proxies.shape[1]!;
          const kept = tf.cast(tf.greater(tf.randomUniform([1, size], 0, 1, 'float32', 7), 0.5), 'float32');
          const logits = tf.div(cosines(tf, tf.mul(embedding, kept), weights.proxies), 0.05);
          return crossEntropy(tf, targets(tf, label, weights.proxies.shape[0]), logits);
        },
      }),
    }),
  },
  {
    wrong: 'Adds noise of its own to the anchors, with tf.randomNormal: the seed of the run does not determine it.',
    plugin: defineLoss({
      ...about('noise-of-its-own'),
      consumes: 'triplets',
      inject: ['tf'],
      create: (_options, tf) => ({
        values({ embeddings: { anchor, positive, negative } }) {
          const moved = tf.add(anchor, tf.randomNormal(anchor.shape, 0, 0.05));
          return tf.relu(tf.add(tf.sub(squares(tf, moved, positive), squares(tf, moved, negative)), 0.2));
        },
      }),
    }),
  },
  {
    wrong:
      'Disposes the labels once it has made its targets of them: they belong to the step, and whoever reads them next fails.',
    plugin: defineLoss({
      ...about('disposes-the-labels'),
      consumes: 'batch',
      weights: ['proxies'],
      inject: ['tf'],
      create: (_options, tf) => ({
        weights: proxies,
        values({ embedding, label, weights }) {
          const target = targets(tf, label, weights.proxies.shape[0]);
          label.dispose();
          return crossEntropy(tf, target, tf.div(cosines(tf, embedding, weights.proxies), 0.05));
        },
      }),
    }),
  },
  {
    wrong:
      'Writes a large number into the diagonal of the distances through the array that dataSync hands out: its input is changed in place.',
    plugin: defineLoss({
      ...about('writes-into-the-distances'),
      consumes: 'batch',
      inject: ['tf'],
      create: (_options, tf) => ({
        values({ distance, same, different }) {
          const rows = distance.shape[0];
          const data = distance.dataSync();
          for (let row = 0; row < rows; row++) data[row * (rows + 1)] = 1e3;
          const far = tf.max(tf.mul(distance, same), 1);
          const near = tf.min(tf.add(distance, tf.mul(tf.sub(1, different), 1e3)), 1);
          return tf.softplus(tf.sub(far, near));
        },
      }),
    }),
  },
  {
    wrong:
      "Appends an axis to the labels' own shape array to make a column of them: the shape of its input is changed in place.",
    plugin: defineLoss({
      ...about('writes-into-the-shape'),
      consumes: 'batch',
      inject: ['tf'],
      create: (_options, tf) => ({
        values({ distance, label }) {
          const row = tf.reshape(label, [1, -1]);
          const shape: number[] = label.shape;
          shape.push(1);
          const alike = tf.cast(tf.equal(tf.reshape(label, shape), row), 'float32'); // [b, b]
          const pull = tf.mul(alike, tf.square(distance));
          return tf.add(pull, tf.mul(tf.sub(1, alike), tf.square(tf.relu(tf.sub(1, distance)))));
        },
      }),
    }),
  },
];
