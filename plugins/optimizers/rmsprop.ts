import { defineOptimizer } from 'twinspec/plugin';

/** r' = ρ·r + (1 − ρ)·g²; w' = w − η·g / sqrt(r' + ε). Keras's semantics: ε stands inside the root. */
export default defineOptimizer({
  name: 'rmsprop',
  summary: 'Divides each gradient by a running root mean square of its own.',
  reference: 'Tieleman & Hinton, COURSERA: Neural Networks for Machine Learning, lecture 6.5, 2012',
  options: {
    rho: {
      type: 'number',
      minimum: 0,
      exclusiveMaximum: 1,
      default: 0.9,
      description: 'Share of the old mean square that each step keeps.',
    },
    epsilon: { type: 'number', exclusiveMinimum: 0, default: 1e-7, description: 'Added inside the root.' },
  },
  inject: ['tf'],
  create: ({ rho, epsilon }, tf) => ({
    slots: { rms: 0 },
    update({ weight, gradient, slots, learningRate }) {
      const rms = tf.add(tf.mul(slots.rms, rho), tf.mul(tf.square(gradient), 1 - rho));
      const change = tf.div(tf.mul(gradient, learningRate), tf.sqrt(tf.add(rms, epsilon)));
      return { weight: tf.sub(weight, change), slots: { rms } };
    },
  }),
});
