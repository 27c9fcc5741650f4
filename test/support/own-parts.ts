import { defineDistance, defineLoss, mask, safeNorm, type Tensor } from 'twinspec/plugin';

/** d = ‖(a − b)·F‖₂, F a matrix that is learned: Mahalanobis's distance with the matrix F·Fᵀ. */
export const mahalanobis = defineDistance({
  name: 'test/mahalanobis',
  summary: 'The length of the difference of two embeddings after a linear map that is learned.',
  claims: ['symmetric', 'zero-to-itself'],
  similarity: 'negative-mahalanobis',
  weights: ['factor'],
  inject: ['tf'],
  create: (_options, tf) => ({
    weights: ({ dimension }) => ({
      factor: { shape: [dimension, dimension], init: { kind: 'orthogonal', gain: 1 } },
    }),
    between(a, b, { weights: { factor } }) {
      const difference = tf.sub(a, b); // [..., d]
      const mapped = tf.sum(tf.mul(tf.expandDims(difference, -1), factor), -2); // [..., d]
      return safeNorm(tf, mapped);
    },
    toSimilarity: (distance) => tf.neg(distance),
  }),
});

const memorySize = 6;

/**
 * A sample and those of the last batches that the loss remembers, [b, memory]: softplus(scale · (d² − 1)) for those of its
 * class, softplus(scale · (1 − d²)) for the others, of embeddings with a little noise. `scale` is learned.
 */
export const remembering = defineLoss({
  name: 'test/remembering',
  summary: 'Compares each sample with those of the batches before.',
  consumes: 'batch',
  options: { jitter: { type: 'number', minimum: 0, default: 0.01, description: 'How much noise.' } },
  weights: ['scale'],
  state: ['samples', 'labels'],
  inject: ['tf'],
  create: ({ jitter }, tf) => ({
    weights: () => ({ scale: { shape: [], init: { kind: 'constant', value: 1 } } }),
    state: ({ dimension }) => ({
      samples: { shape: [memorySize, dimension], init: { kind: 'normal', mean: 0, stddev: 1 } },
      labels: { shape: [memorySize], init: { kind: 'constant', value: -1 } },
    }),
    values({ embedding, label, weights: { scale }, state: { samples, labels }, noise }) {
      const moved = tf.add(embedding, tf.mul(noise('jitter', 'normal', embedding.shape), jitter));
      const squares = tf.sum(tf.square(tf.sub(tf.expandDims(moved, 1), tf.expandDims(samples, 0))), -1); // [b, memory]
      const same = mask(tf, () => tf.equal(tf.expandDims(tf.cast(label, 'float32'), 1), tf.expandDims(labels, 0)));
      const side = tf.sub(tf.mul(same, 2), 1); // 1 for the same class, −1 for others
      return tf.softplus(tf.mul(tf.mul(side, tf.sub(squares, 1)), scale));
    },
    nextState({ embedding, label, state: { samples, labels } }) {
      const latest = (known: Tensor, next: Tensor) => tf.slice(tf.concat([next, known]), 0, memorySize);
      return { samples: latest(samples, embedding), labels: latest(labels, tf.cast(label, 'float32')) };
    },
  }),
});

/** Σ wᵢ·Lᵢ over other losses of one form. */
export const weightedSum = defineLoss({
  name: 'test/weighted-sum',
  summary: 'A weighted sum of losses.',
  consumes: { like: 'losses' },
  options: {
    losses: { type: 'array', items: { type: 'plugin', kind: 'loss' }, minItems: 1, description: 'The losses.' },
    factors: { type: 'array', items: { type: 'number' }, default: [1], description: 'What each of them counts.' },
  },
  create: ({ losses, factors }) => ({
    values(inputs) {
      const terms = losses.flatMap((loss, index) => {
        const output = loss.values(inputs);
        const named = 'dataId' in output ? { loss: { values: output as Tensor } } : output;
        return Object.entries(named).map(([name, term]) => [
          `${index}-${name}`,
          { ...term, weight: (term.weight ?? 1) * factors[index] },
        ]);
      });
      return Object.fromEntries(terms) as Readonly<Record<string, { values: Tensor }>>;
    },
  }),
});
