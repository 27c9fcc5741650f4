import { defineLoss, type Descriptor, type Tensor } from 'twinspec/plugin';

const about = (name: string) => ({ name: `wrong/${name}`, summary: 'Wrong on purpose.' });

/** Each of these losses is wrong in one way. */
export const inverted = defineLoss({
  ...about('inverted'),
  consumes: 'pairs',
  inject: ['tf'],
  create: (_options, tf) => ({
    values: ({ distance, same }) =>
      tf.add(tf.mul(tf.sub(1, same), tf.square(distance)), tf.mul(same, tf.square(tf.relu(tf.sub(1, distance))))),
  }),
});

export const invertedTriplet = defineLoss({
  ...about('inverted-triplet'),
  consumes: 'triplets',
  inject: ['tf'],
  create: (_options, tf) => ({
    values: ({ positive, negative }) => tf.relu(tf.add(tf.sub(negative, positive), 0.2)),
  }),
});

export const invertedBatch = defineLoss({
  ...about('inverted-batch'),
  consumes: 'batch',
  inject: ['tf'],
  create: (_options, tf) => ({
    values: ({ distance, same, different }) => tf.sum(tf.mul(distance, tf.sub(different, same)), 1),
  }),
});

/** Without the hinge, a pair that is apart far enough is pulled back. */
export const withoutHinge = defineLoss({
  ...about('without-hinge'),
  consumes: 'pairs',
  inject: ['tf'],
  create: (_options, tf) => ({
    values: ({ distance, same }) =>
      tf.add(tf.mul(same, tf.square(distance)), tf.mul(tf.sub(1, same), tf.square(tf.sub(1, distance)))),
  }),
});

export const wrongGradient = defineLoss({
  ...about('wrong-gradient'),
  consumes: 'pairs',
  inject: ['tf'],
  create: (_options, tf) => ({
    values({ distance, same }) {
      const squared = tf.customGrad((...inputs) => {
        const x = inputs[0] as Tensor;
        return { value: tf.square(x), gradFunc: (dy: Tensor) => tf.mul(dy, x) };
      });
      return tf.add(tf.mul(same, squared(distance)), tf.mul(tf.sub(1, same), tf.relu(tf.sub(1, distance))));
    },
  }),
});

export const scalar = defineLoss({
  ...about('scalar'),
  consumes: 'pairs',
  inject: ['tf'],
  create: (_options, tf) => ({ values: ({ distance, same }) => tf.mean(tf.mul(same, distance)) }),
});

export const column = defineLoss({
  ...about('column'),
  consumes: 'pairs',
  inject: ['tf'],
  create: (_options, tf) => ({ values: ({ distance, same }) => tf.expandDims(tf.mul(same, distance), 1) }),
});

export const random = defineLoss({
  ...about('random'),
  consumes: 'pairs',
  inject: ['tf'],
  create: (_options, tf) => ({
    values: ({ distance, same }) => tf.mul(tf.mul(same, distance), tf.randomUniform(distance.shape)),
  }),
});

export const readsBack = defineLoss({
  ...about('reads-back'),
  consumes: 'pairs',
  inject: ['tf'],
  create: (_options, tf) => ({
    values({ distance, same }) {
      const largest = Math.max(...distance.dataSync());
      return tf.mul(same, tf.div(distance, largest));
    },
  }),
});

/** tf.max gives its whole gradient to each of equal elements. */
export const overCountsTies = defineLoss({
  ...about('over-counts-ties'),
  consumes: 'batch',
  inject: ['tf'],
  create: (_options, tf) => ({
    values({ distance, same, different }) {
      const far = tf.max(tf.mul(distance, same), 1);
      const near = tf.min(tf.add(distance, tf.mul(tf.sub(1, different), 1e3)), 1);
      return tf.softplus(tf.sub(far, near));
    },
  }),
});

export const variable = defineLoss({
  ...about('variable'),
  consumes: 'pairs',
  inject: ['tf'],
  create(_options, tf) {
    let mean: ReturnType<typeof tf.variable> | undefined;
    return {
      values({ distance, same }) {
        mean ??= tf.variable(tf.scalar(1));
        mean.assign(tf.add(tf.mul(mean, 0.9), tf.mul(tf.mean(distance), 0.1)));
        return tf.mul(same, tf.div(distance, mean));
      },
    };
  },
});

export const weighsByPlace = defineLoss({
  ...about('weighs-by-place'),
  consumes: 'pairs',
  inject: ['tf'],
  create: (_options, tf) => ({
    values: ({ distance, same }) => tf.mul(tf.mul(same, distance), tf.range(1, distance.shape[0] + 1)),
  }),
});

export const comparesEmbeddings = defineLoss({
  ...about('compares-embeddings'),
  consumes: 'pairs',
  inject: ['tf'],
  create: (_options, tf) => ({
    values: ({ distance, same }) => tf.mul(same, tf.mul(distance, tf.cast(tf.greater(distance, 0.5), 'float32'))),
  }),
});

export const explodes = defineLoss({
  ...about('explodes'),
  consumes: 'triplets',
  inject: ['tf'],
  create: (_options, tf) => ({
    values: ({ positive, negative }) => tf.log(tf.add(1, tf.exp(tf.sub(positive, negative)))),
  }),
});

/** An average over the matches of an anchor that has none. */
export const dividesByNothing = defineLoss({
  ...about('divides-by-nothing'),
  consumes: 'batch',
  inject: ['tf'],
  create: (_options, tf) => ({
    values: ({ distance, same }) => tf.div(tf.sum(tf.mul(distance, same), 1), tf.sum(same, 1)),
  }),
});

export const neverLearns = defineLoss({
  ...about('never-learns'),
  consumes: 'pairs',
  inject: ['tf'],
  create: (_options, tf) => ({ values: ({ distance, same }) => tf.mul(same, tf.step(tf.sub(distance, 1e9))) }),
});

export const forgetsItsState = defineLoss({
  ...about('forgets-its-state'),
  consumes: 'pairs',
  state: ['mean'],
  inject: ['tf'],
  create: (_options, tf) => ({
    state: () => ({ mean: { shape: [], init: { kind: 'constant', value: 1 } } }),
    values: ({ distance, same, state: { mean } }) => tf.mul(same, tf.div(distance, mean)),
  }),
});

export const unknownService = defineLoss({
  ...about('unknown-service'),
  consumes: 'pairs',
  inject: ['tensorflow' as 'tf'],
  create: (_options, tf) => ({ values: ({ distance, same }) => tf.mul(same, distance) }),
});

export const throws = defineLoss({
  ...about('throws'),
  consumes: 'pairs',
  inject: ['tf'],
  create: (_options, tf) => ({
    values: ({ distance, same }) => tf.mul(tf.matMul(same as never, distance as never), distance),
  }),
});

export const wrongLosses: readonly (readonly [plugin: Descriptor, check: string, words: RegExp])[] = [
  [inverted, 'direction', /costs more when matching pairs come closer/],
  [invertedTriplet, 'direction', /costs more when positives come closer/],
  [invertedBatch, 'direction', /costs more when samples of one class come closer/],
  [withoutHinge, 'direction', /costs more when other pairs move apart/],
  [wrongGradient, 'gradient', /not the slope of the values.*tf\.customGrad/],
  [scalar, 'shapes', /returns a single number.*one value per pair/],
  [column, 'shapes', /shape \[257, 1\].*one value per pair, \[257\]/],
  [random, 'purity', /draws random numbers of its own/],
  [readsBack, 'purity', /reads a tensor's values back, with dataSync/],
  [overCountsTies, 'ties', /not the slope of the values/],
  [variable, 'purity', /makes a tf\.variable/],
  [weighsByPlace, 'order', /In another order/],
  [comparesEmbeddings, 'backward', /gradient function not found for Greater.*mask or stopGradient/],
  [explodes, 'finite', /huge values.*(Infinity|NaN).*softplus/],
  [dividesByNothing, 'finite', /every label different.*NaN/],
  [neverLearns, 'gradient', /0 everywhere/],
  [forgetsItsState, 'shapes', /state "mean" and has no nextState/],
  [unknownService, 'contract', /"tensorflow"; the services are tf, random, fixedRandom, logger/],
  [throws, 'shapes', /threw.*matMul/],
];
