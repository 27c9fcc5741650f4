import { defineLoss, maskedLogSumExp, safeNorm, stopGradient } from 'twinspec/plugin';

/** A loss of each form, so that all of what core hands to one is used: terms, masks, weights, state, progress, embeddings. */
export const losses = [
  defineLoss({
    name: 'same/batch',
    summary: 'log(1 + Σ_P e^{2(d − 1/2)}) + log(1 + Σ_N e^{8(1/2 − d)}) / 4.',
    consumes: 'batch',
    inject: ['tf'],
    create: (_options, tf) => ({
      values({ distance, same, different }) {
        const side = (factor: number, selected: typeof same) =>
          tf.softplus(maskedLogSumExp(tf, tf.mul(tf.sub(distance, 0.5), factor), selected)); // [b]
        return { pull: { values: side(2, same) }, push: { values: side(-8, different), weight: 0.25 } };
      },
    }),
  }),
  defineLoss({
    name: 'same/proxies',
    summary: 'Cross entropy against one proxy a class.',
    consumes: 'batch',
    weights: ['proxies'],
    inject: ['tf'],
    create: (_options, tf) => ({
      weights: ({ classes, dimension }) => ({
        proxies: { shape: [classes, dimension], init: { kind: 'normal', mean: 0, stddev: 1 } },
      }),
      values({ embedding, label, weights: { proxies } }) {
        const unit = (x: typeof embedding) => tf.div(x, tf.add(tf.expandDims(safeNorm(tf, x), 1), 1e-3));
        const logits = tf.mul(tf.matMul(unit(embedding) as never, unit(proxies) as never, false, true), 5); // [b, classes]
        return tf.neg(tf.sum(tf.mul(tf.oneHot(label, proxies.shape[0]), tf.logSoftmax(logits)), 1));
      },
    }),
  }),
  defineLoss({
    name: 'same/boundary',
    summary: 'Pairs keep to their side of a learned boundary; those closer than the usual distance count more.',
    consumes: 'pairs',
    weights: ['boundary'],
    state: ['usual'],
    inject: ['tf'],
    create: (_options, tf) => ({
      weights: () => ({ boundary: { shape: [], init: { kind: 'constant', value: 0.8 } } }),
      state: () => ({ usual: { shape: [], init: { kind: 'constant', value: 1 } } }),
      values({ distance, same, progress, weights: { boundary }, state: { usual } }) {
        const beyond = tf.mul(tf.sub(tf.mul(same, 2), 1), tf.sub(distance, boundary));
        const closeness = stopGradient(tf, () => tf.sigmoid(tf.sub(usual, distance)));
        return {
          pull: { values: tf.relu(tf.add(beyond, 0.2)), mask: same },
          push: {
            values: tf.mul(tf.relu(tf.add(beyond, tf.mul(progress, 0.4))), closeness),
            mask: tf.sub(1, same),
          },
        };
      },
      nextState: ({ distance, state: { usual } }) => ({
        usual: tf.add(tf.mul(usual, 0.9), tf.mul(tf.mean(distance), 0.1)),
      }),
    }),
  }),
  defineLoss({
    name: 'same/triplets',
    summary: 'max(0, d_ap − min(d_an, d_pn) + 1/2) and a little of the squared lengths of anchors.',
    consumes: 'triplets',
    inject: ['tf'],
    create: (_options, tf) => ({
      values({ positive, negative, swapped, embeddings: { anchor } }) {
        const hinge = tf.relu(tf.add(tf.sub(positive, tf.minimum(negative, swapped)), 0.5)); // [n]
        return tf.add(hinge, tf.mul(tf.sum(tf.square(anchor), 1), 0.001));
      },
    }),
  }),
];
