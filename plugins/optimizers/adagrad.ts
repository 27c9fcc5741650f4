import { defineOptimizer } from 'twinspec/plugin';

/** a' = a + g²; w' = w − η·g / sqrt(a' + ε). Keras's semantics: ε stands inside the root. */
export default defineOptimizer({
  name: 'adagrad',
  summary: 'Divides each gradient by the root of the sum of all its squares.',
  reference: 'Duchi, Hazan & Singer, "Adaptive Subgradient Methods", JMLR 2011',
  options: {
    initialAccumulator: {
      type: 'number',
      minimum: 0,
      default: 0.1,
      description: 'What the sum of squares starts from, which keeps the first steps small.',
    },
    epsilon: { type: 'number', exclusiveMinimum: 0, default: 1e-7, description: 'Added inside the root.' },
  },
  inject: ['tf'],
  create: ({ initialAccumulator, epsilon }, tf) => ({
    slots: { accumulator: initialAccumulator },
    update({ weight, gradient, slots, learningRate }) {
      const accumulator = tf.add(slots.accumulator, tf.square(gradient));
      const change = tf.div(tf.mul(gradient, learningRate), tf.sqrt(tf.add(accumulator, epsilon)));
      return { weight: tf.sub(weight, change), slots: { accumulator } };
    },
  }),
});
