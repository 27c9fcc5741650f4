import { defineOptimizer } from 'twinspec/plugin';

/** v' = μ·v − η·g; w' = w + v'. Without momentum, w' = w − η·g. Keras's semantics. */
export default defineOptimizer({
  name: 'sgd',
  summary: 'Gradient descent, with momentum if you like.',
  reference: 'Polyak, "Some methods of speeding up the convergence of iteration methods", 1964',
  options: {
    momentum: {
      type: 'number',
      minimum: 0,
      exclusiveMaximum: 1,
      default: 0,
      description: 'Share of the last step that the next one keeps.',
    },
  },
  inject: ['tf'],
  create: ({ momentum }, tf) => ({
    slots: (momentum > 0 ? { momentum: 0 } : {}) as Record<string, number>,
    update({ weight, gradient, slots, learningRate }) {
      const descent = tf.mul(gradient, learningRate);
      if (momentum === 0) return { weight: tf.sub(weight, descent), slots };
      const velocity = tf.sub(tf.mul(slots.momentum, momentum), descent);
      return { weight: tf.add(weight, velocity), slots: { momentum: velocity } };
    },
  }),
});
