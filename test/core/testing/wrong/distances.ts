import { defineDistance, safeNorm, type Descriptor, type Tensor } from 'twinspec/plugin';

const about = (name: string) => ({ name: `wrong/${name}`, summary: 'Wrong on purpose.' });

/** Each of these distances is wrong in one way. */
export const nanAtZero = defineDistance({
  ...about('nan-at-zero'),
  inject: ['tf'],
  create: (_options, tf) => ({ between: (a, b) => tf.sqrt(tf.sum(tf.square(tf.sub(a, b)), -1)) }),
});

export const similarity = defineDistance({
  ...about('similarity'),
  inject: ['tf'],
  create: (_options, tf) => ({ between: (a, b) => tf.sum(tf.mul(a, b), -1) }),
});

export const keepsTheAxis = defineDistance({
  ...about('keeps-the-axis'),
  inject: ['tf'],
  create: (_options, tf) => ({ between: (a, b) => tf.sum(tf.square(tf.sub(a, b)), -1, true) }),
});

/** The variance of the difference over that of the first embedding, as if the two sides were alike. */
export const asymmetric = defineDistance({
  ...about('asymmetric'),
  claims: ['symmetric', 'zero-to-itself'],
  inject: ['tf'],
  create: (_options, tf) => ({
    between: (a, b) => tf.div(tf.sum(tf.square(tf.sub(a, b)), -1), tf.add(tf.sum(tf.square(a), -1), 1)),
  }),
});

export const notZeroToItself = defineDistance({
  ...about('not-zero-to-itself'),
  claims: ['zero-to-itself'],
  inject: ['tf'],
  create: (_options, tf) => ({ between: (a, b) => tf.sqrt(tf.add(tf.sum(tf.square(tf.sub(a, b)), -1), 0.1)) }),
});

/** The bound of the Euclidean distance, on its square. */
export const fartherThanClaimed = defineDistance({
  ...about('farther-than-claimed'),
  reach: { normalized: 2 },
  inject: ['tf'],
  create: (_options, tf) => ({ between: (a, b) => tf.sum(tf.square(tf.sub(a, b)), -1) }),
});

export const overflows = defineDistance({
  ...about('overflows'),
  inject: ['tf'],
  create: (_options, tf) => ({ between: (a, b) => tf.log(tf.exp(safeNorm(tf, tf.sub(a, b)))) }),
});

export const leaks = defineDistance({
  ...about('leaks'),
  inject: ['tf'],
  create: (_options, tf) => ({ between: (a, b) => safeNorm(tf, tf.keep(tf.sub(a, b))) }),
});

export const leaksInCreate = defineDistance({
  ...about('leaks-in-create'),
  inject: ['tf'],
  create(_options, tf) {
    const scale = tf.scalar(2);
    return { between: (a, b) => safeNorm(tf, tf.mul(tf.sub(a, b), scale)) };
  },
});

export const anotherMatrix = defineDistance({
  ...about('another-matrix'),
  inject: ['tf'],
  create: (_options, tf) => ({
    between: (a, b) => safeNorm(tf, tf.sub(a, b)),
    matrix: (a, b) => tf.sum(tf.square(tf.sub(tf.expandDims(a, 1), tf.expandDims(b, 0))), -1),
  }),
});

export const centersOnTheBatch = defineDistance({
  ...about('centers-on-the-batch'),
  inject: ['tf'],
  create: (_options, tf) => ({
    between: (a, b) => safeNorm(tf, tf.sub(tf.mul(a, tf.add(1, tf.mean(tf.square(a)))), b)),
  }),
});

export const badDefault = defineDistance({
  ...about('bad-default'),
  options: { power: { type: 'number', minimum: 1, default: 0.5, description: 'Of the norm.' } },
  inject: ['tf'],
  create: ({ power }, tf) => ({ between: (a, b) => tf.pow(safeNorm(tf, tf.sub(a, b)), power) }),
});

export const remembers = defineDistance({
  ...about('remembers'),
  inject: ['tf'],
  create(_options, tf) {
    let calls = 0;
    return { between: (a: Tensor, b: Tensor) => tf.mul(safeNorm(tf, tf.sub(a, b)), 1 + calls++ / 100) };
  },
});

export const fartherThanAny = defineDistance({
  ...about('farther-than-any'),
  reach: { any: 2 },
  inject: ['tf'],
  create: (_options, tf) => ({ between: (a, b) => safeNorm(tf, tf.sub(a, b)) }),
});

export const growingSimilarity = defineDistance({
  ...about('growing-similarity'),
  similarity: 'negative-euclidean',
  inject: ['tf'],
  create: (_options, tf) => ({
    between: (a, b) => safeNorm(tf, tf.sub(a, b)),
    toSimilarity: (distance) => tf.add(distance, 1),
  }),
});

export const statesASimilarity = defineDistance({
  ...about('states-a-similarity'),
  similarity: 'cosine',
  inject: ['tf'],
  create: (_options, tf) => ({ between: (a, b) => safeNorm(tf, tf.sub(a, b)) }),
});

/** Declared as weights, and the first values are read for ever. */
export const weightUnread = defineDistance({
  ...about('weight-unread'),
  weights: ['scale'],
  inject: ['tf'],
  create: (_options, tf) => ({
    weights: () => ({ scale: { shape: [], init: { kind: 'constant', value: 2 } } }),
    between: (a, b) => tf.mul(safeNorm(tf, tf.sub(a, b)), 2),
  }),
});

export const weightUnstated = defineDistance({
  ...about('weight-unstated'),
  inject: ['tf'],
  create: (_options, tf) => ({
    weights: () => ({ scale: { shape: [], init: { kind: 'constant', value: 2 } } }),
    between: (a, b) => safeNorm(tf, tf.sub(a, b)),
  }),
});

export const wrongDistances: readonly (readonly [plugin: Descriptor, check: string, words: RegExp])[] = [
  [nanAtZero, 'finite', /equal rows.*gradient.*NaN.*safeSqrt/],
  [similarity, 'direction', /shrinks while two embeddings move apart.*1 − s/],
  [keepsTheAxis, 'shapes', /gives \[.*1\] and should give/],
  [asymmetric, 'symmetric', /claims to be symmetric/],
  [notZeroToItself, 'zero-to-itself', /claims to be 0.*0\.3162/],
  [fartherThanClaimed, 'largest', /at most 2 apart, and in dimension \d+ two are 4 apart/],
  [fartherThanAny, 'largest of all', /It claims that embeddings are at most 2 apart.*Correct reach\.any/],
  [growingSimilarity, 'similarity', /toSimilarity grows with the distance/],
  [statesASimilarity, 'similarity', /states the similarity "cosine" and has no toSimilarity/],
  [weightUnread, 'own weights', /weight "scale" gets no gradient/],
  [weightUnstated, 'shapes', /declares "scale"; state its name in the descriptor, weights: \['scale'\]/],
  [overflows, 'finite', /huge values.*Infinity.*exp overflows/],
  [leaks, 'leaks', /one tensor too many.*tf\.keep/],
  [leaksInCreate, 'create', /leaves one tensor behind/],
  [anotherMatrix, 'matrix', /matrix and between disagree/],
  [centersOnTheBatch, 'order', /alone/],
  [badDefault, 'contract', /"power" whose default 0\.5 breaks its own schema: it must be >= 1/],
  [remembers, 'purity', /Called twice/],
];
