import { defineOptimizer, type Optimizer } from 'twinspec/plugin';

/**
 * v' = μ·v − η·g; w' = w + v', or, with Nesterov's look ahead, w' = w + μ·v' − η·g. Without momentum, w' = w − η·g.
 * Keras's semantics: the velocity contains the learning rate and points downhill.
 */
export default defineOptimizer({
  name: 'sgd',
  summary: 'Gradient descent, with momentum if you like.',
  reference:
    'Polyak, "Some methods of speeding up the convergence of iteration methods", 1964; Sutskever, Martens, Dahl & Hinton, ICML 2013',
  options: {
    momentum: {
      type: 'number',
      minimum: 0,
      exclusiveMaximum: 1,
      default: 0,
      description: 'Share of the last step that the next one keeps.',
    },
    nesterov: {
      type: 'boolean',
      default: false,
      description: 'Steps to where the momentum is about to lead; means nothing without momentum.',
    },
  },
  withoutEffect: ({ momentum, nesterov }) =>
    nesterov && momentum === 0 ? { nesterov: 'It looks ahead along the momentum; there is none.' } : {},
  inject: ['tf'],
  create({ momentum, nesterov }, tf): Optimizer {
    if (momentum === 0) {
      return {
        slots: {},
        update: ({ weight, gradient, learningRate }) => ({
          weight: tf.sub(weight, tf.mul(gradient, learningRate)),
          slots: {},
        }),
      };
    }
    return {
      slots: { momentum: 0 },
      update({ weight, gradient, slots, learningRate }) {
        const descent = tf.mul(gradient, learningRate);
        const velocity = tf.sub(tf.mul(slots.momentum, momentum), descent);
        const change = nesterov ? tf.sub(tf.mul(velocity, momentum), descent) : velocity;
        return { weight: tf.add(weight, change), slots: { momentum: velocity } };
      },
    };
  },
});
