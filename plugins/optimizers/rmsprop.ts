import { defineOptimizer, type Tensor } from 'twinspec/plugin';

/**
 * r' = ρ·r + (1 − ρ)·g²; w' = w − η·g / sqrt(r' + ε). Keras's semantics: ε stands inside the root.
 * Centered: a' = ρ·a + (1 − ρ)·g, and r' − a'² takes the place of r' under the root.
 * With momentum: v' = μ·v + η·g / sqrt(…); w' = w − v'.
 */
export default defineOptimizer({
  name: 'rmsprop',
  summary: 'Divides each gradient by a running root mean square of its own.',
  reference: 'Tieleman & Hinton, COURSERA: Neural Networks for Machine Learning, lecture 6.5, 2012; Graves, 2013',
  options: {
    rho: {
      type: 'number',
      minimum: 0,
      exclusiveMaximum: 1,
      default: 0.9,
      description: 'Share of the old mean square that each step keeps.',
    },
    epsilon: { type: 'number', exclusiveMinimum: 0, default: 1e-7, description: 'Added inside the root.' },
    momentum: {
      type: 'number',
      minimum: 0,
      exclusiveMaximum: 1,
      default: 0,
      description: 'Share of the last step that the next one keeps.',
    },
    centered: {
      type: 'boolean',
      default: false,
      description: 'Divides by the running standard deviation instead of the root mean square.',
    },
  },
  inject: ['tf'],
  create({ rho, epsilon, momentum, centered }, tf) {
    const running = (mean: Tensor, value: Tensor) => tf.add(tf.mul(mean, rho), tf.mul(value, 1 - rho));
    return {
      slots: { rms: 0, ...(centered && { averageGradient: 0 }), ...(momentum > 0 && { momentum: 0 }) },
      update({ weight, gradient, slots, learningRate }) {
        const next: Record<string, Tensor> = { rms: running(slots.rms, tf.square(gradient)) };
        let spread = next.rms;
        if (centered) {
          next.averageGradient = running(slots.averageGradient, gradient);
          // Rounding makes the variance of steady gradients negative, by more than epsilon where they are large.
          spread = tf.relu(tf.sub(spread, tf.square(next.averageGradient)));
        }
        let change = tf.div(tf.mul(gradient, learningRate), tf.sqrt(tf.add(spread, epsilon)));
        if (momentum > 0) next.momentum = change = tf.add(tf.mul(slots.momentum, momentum), change);
        return { weight: tf.sub(weight, change), slots: next };
      },
    };
  },
});
