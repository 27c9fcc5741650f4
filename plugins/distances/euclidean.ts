import { defineDistance, safeNorm, safeSqrt, squaredDistances } from 'twinspec/plugin';

/** d = ‖a − b‖₂ = sqrt(Σ (a − b)²), exact, with gradient 0 where a = b. */
export default defineDistance({
  name: 'euclidean',
  summary: 'The length of the difference of two embeddings.',
  claims: ['symmetric', 'zero-to-itself'],
  reach: { normalized: 2 },
  inject: ['tf'],
  create: (_options, tf) => ({
    between: (a, b) => safeNorm(tf, tf.sub(a, b)),
    matrix: (a, b) => safeSqrt(tf, squaredDistances(tf, a, b)),
  }),
});
