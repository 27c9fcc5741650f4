import { defineOptimizer } from 'twinspec/plugin';

/**
 * m' = β₁·m + (1 − β₁)·g; v' = β₂·v + (1 − β₂)·g²; w' = w − η·sqrt(1 − β₂ᵗ)/(1 − β₁ᵗ)·m' / (sqrt(v') + ε).
 * Keras's semantics: ε is the paper's ε̂, outside the root and after the bias correction.
 */
export default defineOptimizer({
  name: 'adam',
  summary: 'Steps along a running mean of the gradient over a running root mean square.',
  reference: 'Kingma & Ba, "Adam: A Method for Stochastic Optimization", ICLR 2015',
  options: {
    beta1: {
      type: 'number',
      minimum: 0,
      exclusiveMaximum: 1,
      default: 0.9,
      description: 'Share of the old mean gradient that each step keeps.',
    },
    beta2: {
      type: 'number',
      minimum: 0,
      exclusiveMaximum: 1,
      default: 0.999,
      description: 'Share of the old mean square that each step keeps.',
    },
    epsilon: { type: 'number', exclusiveMinimum: 0, default: 1e-7, description: 'Added to the root.' },
  },
  inject: ['tf'],
  create: ({ beta1, beta2, epsilon }, tf) => ({
    slots: { first: 0, second: 0 },
    update({ weight, gradient, slots, learningRate, step }) {
      const first = tf.add(slots.first, tf.mul(tf.sub(gradient, slots.first), 1 - beta1));
      const second = tf.add(slots.second, tf.mul(tf.sub(tf.square(gradient), slots.second), 1 - beta2));
      const correction = tf.div(tf.sqrt(tf.sub(1, tf.pow(beta2, step))), tf.sub(1, tf.pow(beta1, step))); // scalar
      const change = tf.div(tf.mul(first, tf.mul(learningRate, correction)), tf.add(tf.sqrt(second), epsilon));
      return { weight: tf.sub(weight, change), slots: { first, second } };
    },
  }),
});
