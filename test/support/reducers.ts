import { defineReducer, mask, type Tensor, type Tf } from 'twinspec/plugin';

const selected = (tf: Tf, values: Tensor, chosen: Tensor | null) => (chosen === null ? values : tf.mul(values, chosen));

export const sum = defineReducer({
  name: 'test/sum',
  summary: 'The sum.',
  inject: ['tf'],
  create: (_options, tf) => ({ reduce: (values, chosen) => tf.sum(selected(tf, values, chosen)) }),
});

export const meanOfNonZero = defineReducer({
  name: 'test/mean-of-non-zero',
  summary: 'The mean of the selected values that are not zero.',
  inject: ['tf'],
  create: (_options, tf) => ({
    reduce(values, chosen) {
      const all = selected(tf, values, chosen);
      const count = tf.sum(mask(tf, () => tf.notEqual(all, 0)));
      return tf.div(tf.sum(all), tf.maximum(count, 1));
    },
  }),
});
