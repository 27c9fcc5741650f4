import { defineReducer } from 'twinspec/plugin';

/** Σ mask·values / Σ mask; without a mask, the plain mean. An empty selection gives 0. */
export default defineReducer({
  name: 'mean',
  summary: 'The mean over all selected elements.',
  inject: ['tf'],
  create: (_options, tf) => ({
    isMean: true,
    reduce(values, mask) {
      if (mask === null) return tf.mean(values);
      const total = tf.sum(mask);
      return tf.div(tf.sum(tf.mul(values, mask)), tf.add(total, tf.cast(tf.equal(total, 0), 'float32')));
    },
  }),
});
