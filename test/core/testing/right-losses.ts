import {
  defineLoss,
  mask,
  maskedLogSumExp,
  maskedMax,
  maskedMin,
  stopGradient,
  type Descriptor,
} from 'twinspec/plugin';

/** Well-known losses of every form, written with the helpers as an author would. All of them are right. */
export const rightLosses: readonly Descriptor[] = [
  defineLoss({
    name: 'test/triplet',
    summary: 'max(0, d_ap − d_an + m), the negative taken from the positive where that is closer.',
    consumes: 'triplets',
    inject: ['tf'],
    create: (_options, tf) => ({
      values: ({ positive, negative, swapped }) =>
        tf.relu(tf.add(tf.sub(positive, tf.minimum(negative, swapped)), 0.2)),
    }),
  }),
  defineLoss({
    name: 'test/soft-triplet',
    summary: 'softplus(d_ap − d_an).',
    consumes: 'triplets',
    inject: ['tf'],
    create: (_options, tf) => ({ values: ({ positive, negative }) => tf.softplus(tf.sub(positive, negative)) }),
  }),
  defineLoss({
    name: 'test/angular',
    summary: 'A loss of embeddings alone: ‖a − p‖² − ‖a − n‖².',
    consumes: 'triplets',
    inject: ['tf'],
    create: (_options, tf) => ({
      values({ embeddings: { anchor, positive, negative } }) {
        const squared = (a: typeof anchor, b: typeof anchor) => tf.sum(tf.square(tf.sub(a, b)), -1);
        return tf.softplus(tf.sub(squared(anchor, positive), squared(anchor, negative)));
      },
    }),
  }),
  defineLoss({
    name: 'test/two-terms',
    summary: 'Pull and push as terms of their own, the push over close pairs only.',
    consumes: 'pairs',
    inject: ['tf'],
    create: (_options, tf) => ({
      values: ({ distance, same }) => ({
        pull: { values: tf.square(distance), mask: same },
        push: { values: tf.square(tf.relu(tf.sub(1, distance))), mask: tf.sub(1, same), weight: 0.5 },
      }),
    }),
  }),
  defineLoss({
    name: 'test/margin-with-beta',
    summary: 'A boundary that is learned.',
    consumes: 'pairs',
    weights: ['beta'],
    inject: ['tf'],
    create: (_options, tf) => ({
      weights: () => ({ beta: { shape: [], init: { kind: 'constant', value: 1.2 } } }),
      values({ distance, same, weights: { beta } }) {
        const sign = tf.sub(tf.mul(same, 2), 1);
        return tf.relu(tf.add(tf.mul(sign, tf.sub(distance, beta)), 0.2));
      },
    }),
  }),
  defineLoss({
    name: 'test/cosine-of-embeddings',
    summary: 'Reads the embeddings of pairs, not their distance.',
    consumes: 'pairs',
    inject: ['tf'],
    create: (_options, tf) => ({
      values({ left, right, same }) {
        const unit = (x: typeof left) => tf.mul(x, tf.rsqrt(tf.maximum(tf.sum(tf.square(x), -1, true), 1e-12)));
        const far = tf.sub(1, tf.sum(tf.mul(unit(left), unit(right)), -1));
        return tf.add(tf.mul(same, far), tf.mul(tf.sub(1, same), tf.relu(tf.sub(0.5, far))));
      },
    }),
  }),
  defineLoss({
    name: 'test/batch-hard',
    summary: 'The farthest positive against the closest negative of each anchor.',
    consumes: 'batch',
    inject: ['tf'],
    create: (_options, tf) => ({
      values({ distance, same, different }) {
        const far = maskedMax(tf, distance, same);
        const near = maskedMin(tf, distance, different);
        const whole = mask(tf, () => tf.mul(tf.any(tf.cast(same, 'bool'), 1), tf.any(tf.cast(different, 'bool'), 1)));
        return { hard: { values: tf.softplus(tf.sub(far, near)), mask: whole } };
      },
    }),
  }),
  defineLoss({
    name: 'test/multi-similarity',
    summary: '(1/α) log(1 + Σ_P e^{α(d − λ)}) + (1/β) log(1 + Σ_N e^{β(λ − d)}).',
    consumes: 'batch',
    inject: ['tf'],
    create: (_options, tf) => ({
      values({ distance, same, different }) {
        const side = (factor: number, selected: typeof same) =>
          tf.div(tf.softplus(maskedLogSumExp(tf, tf.mul(tf.sub(distance, 0.5), factor), selected)), Math.abs(factor));
        return tf.add(side(2, same), side(-40, different));
      },
    }),
  }),
  defineLoss({
    name: 'test/supervised-contrastive',
    summary: '−mean_P log(e^{−d/τ} / Σ_{P ∪ N} e^{−d/τ}).',
    consumes: 'batch',
    inject: ['tf'],
    create: (_options, tf) => ({
      values({ distance, same, different }) {
        const logits = tf.div(tf.neg(distance), 0.1);
        const all = maskedLogSumExp(tf, logits, tf.add(same, different)); // [b]
        const own = tf.sum(tf.mul(same, tf.sub(tf.expandDims(all, 1), logits)), 1); // [b]
        const positives = tf.sum(same, 1);
        return { anchor: { values: tf.div(own, tf.maximum(positives, 1)), mask: tf.minimum(positives, 1) } };
      },
    }),
  }),
  defineLoss({
    name: 'test/circle',
    summary: 'Each distance weighed by how wrong it is; the weights have no gradient.',
    consumes: 'batch',
    inject: ['tf'],
    create: (_options, tf) => ({
      values({ distance, same, different }) {
        const [pull, push] = [tf.sub(distance, 0.25), tf.sub(1.25, distance)];
        const weigh = (x: typeof pull) =>
          tf.mul(
            x,
            stopGradient(tf, () => tf.relu(tf.add(x, 0.5))),
          );
        const near = maskedLogSumExp(tf, tf.mul(weigh(pull), 8), same);
        const far = maskedLogSumExp(tf, tf.mul(weigh(push), 8), different);
        return tf.softplus(tf.add(near, far));
      },
    }),
  }),
  defineLoss({
    name: 'test/normalized-softmax',
    summary: 'Cross entropy against one proxy a class.',
    consumes: 'batch',
    weights: ['proxies'],
    options: { temperature: { type: 'number', exclusiveMinimum: 0, default: 0.05, description: 'Of the softmax.' } },
    inject: ['tf'],
    create: ({ temperature }, tf) => ({
      weights: ({ classes, dimension }) => ({
        proxies: { shape: [classes, dimension], init: { kind: 'normal', mean: 0, stddev: 1 } },
      }),
      values({ embedding, label, weights: { proxies } }) {
        const unit = (x: typeof embedding) => tf.mul(x, tf.rsqrt(tf.maximum(tf.sum(tf.square(x), -1, true), 1e-12)));
        const logits = tf.div(tf.matMul(unit(embedding) as never, unit(proxies) as never, false, true), temperature);
        const target = tf.oneHot(label, proxies.shape[0]);
        return tf.neg(tf.sum(tf.mul(target, tf.logSoftmax(logits)), 1));
      },
    }),
  }),
  defineLoss({
    name: 'test/running-mean',
    summary: 'Remembers the mean distance and pulls matches below it.',
    consumes: 'pairs',
    state: ['mean'],
    inject: ['tf'],
    create: (_options, tf) => ({
      state: () => ({ mean: { shape: [], init: { kind: 'constant', value: 1 } } }),
      values: ({ distance, same, state: { mean } }) => tf.mul(same, tf.relu(tf.sub(distance, tf.mul(mean, 0.5)))),
      nextState: ({ distance, state: { mean } }) => ({
        mean: tf.add(tf.mul(mean, 0.9), tf.mul(tf.mean(distance), 0.1)),
      }),
    }),
  }),
];
