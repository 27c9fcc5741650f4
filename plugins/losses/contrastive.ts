import { defineLoss } from 'twinspec/plugin';

/**
 * L = y·d² + (1 − y)·max(0, m − d)², y = 1 for the same class, one value per pair.
 *
 * The paper has a factor ½ and a sum over the pairs; the code that people run, Keras's example among it, has neither.
 */
export default defineLoss({
  name: 'contrastive',
  summary: 'Pulls matching pairs together and pushes other pairs at least `margin` apart.',
  reference: 'Hadsell, Chopra & LeCun, "Dimensionality Reduction by Learning an Invariant Mapping", CVPR 2006',
  consumes: 'pairs',
  options: {
    margin: {
      type: 'number',
      exclusiveMinimum: 0,
      default: 1,
      description: 'Distance from which a pair of two classes costs nothing.',
    },
  },
  margins: ['margin'],
  inject: ['tf'],
  create: ({ margin }, tf) => ({
    values({ distance, same }) {
      const pull = tf.mul(same, tf.square(distance)); // [pairs]
      const push = tf.mul(tf.sub(1, same), tf.square(tf.relu(tf.sub(margin, distance)))); // [pairs]
      return tf.add(pull, push);
    },
  }),
});
