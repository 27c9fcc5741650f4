import { defineDistance } from 'twinspec/plugin';

/** d = ‖a − b‖₂ = sqrt(Σ (a − b)²), exact, with gradient 0 where a = b. */
export default defineDistance({
  name: 'euclidean',
  summary: 'The length of the difference of two embeddings.',
  inject: ['tf'],
  create: (_options, tf) => ({
    between(a, b) {
      const squares = tf.sum(tf.square(tf.sub(a, b)), -1); // [...]
      // sqrt has an infinite gradient at 0: there, 1 takes the place of 0 under the root and the result is masked.
      const positive = tf.step(squares);
      return tf.mul(positive, tf.sqrt(tf.add(squares, tf.sub(1, positive))));
    },
  }),
});
