import type { Value } from '../graph.js';
import type { Operators } from '../operators.js';
import { within, type Kernels } from './lowering.js';

/**
 * Kernels of Twinspec's own, for `squaredDistances` of twinspec/plugin: products of matrices in float64, so that nothing is
 * lost where rows are near each other.
 */
export const distances: Kernels = {
  /** ‖aᵢ − bⱼ‖², [n, d] and [m, d] -> [n, m] */
  SquaredDistances: ({ o }, { a, b }) => within(o, 'float64', [a, b], (a, b) => squared(o, a, b)),
  /** Σⱼ wᵢⱼ (aᵢ − bⱼ), [n, m], [n, d] and [m, d] -> [n, d] */
  WeightedDifferences: ({ o }, { weights, a, b }) =>
    within(o, 'float64', [weights, a, b], (weights, a, b) =>
      o.sub(o.mul(o.reduceSum(weights, [1], true), a), o.gemm(weights, b)),
    ),
};

/**
 * ‖a‖² + ‖b‖² − 2 a·b, with every number split in two on a grid of its own u, a = head + tail (Ozaki's scheme): heads are so
 * few multiples of u that all sums of their products are exact, and what tails add is rounded to 2⁻²⁴ u². So the result is
 * as exact as from differences down to 2⁻³³ of the largest number (of 128 dimensions), and 0 below.
 */
function squared(o: Operators, a: Value, b: Value): Value {
  const [, dimension] = a.shape;
  /** Bits of a head: 2 d (2^bits)² is at most 2^53. */
  const bits = Math.floor((52 - Math.ceil(Math.log2(Math.max(1, dimension)))) / 2);
  const largest = o.max(o.reduceMax(o.abs(a), [0, 1]), o.reduceMax(o.abs(b), [0, 1]));
  const grid = o.mul(largest, o.like(a, 2 ** (53 - bits)));
  const split = (x: Value) => {
    const head = o.sub(o.add(x, grid), grid);
    return { head, tail: o.sub(x, head) };
  };
  const [p, q] = [split(a), split(b)];

  const heads = pairwise(o, o.mul(p.head, p.head), o.mul(q.head, q.head), o.gemm(p.head, q.head, false, true));
  // a·b − heads = head·tail + tail·(head + tail), of either side
  const rest = pairwise(
    o,
    o.mul(p.tail, o.add(p.head, a)),
    o.mul(q.tail, o.add(q.head, b)),
    o.gemm(o.concat([p.head, p.tail], 1), o.concat([q.tail, b], 1), false, true),
  );
  const distance = o.add(heads, rest);
  const least = o.mul(o.mul(largest, largest), o.like(a, dimension * 2 ** (-51 - bits)));
  return o.mul(distance, o.cast(o.greater(distance, least), 'float64'));
}

/** Σ a + Σ b − 2 ab: of [n, d], [m, d] and [n, m] -> [n, m] */
function pairwise(o: Operators, a: Value, b: Value, product: Value): Value {
  const sums = o.add(o.reduceSum(a, [1], true), o.reshape(o.reduceSum(b, [1]), [1, b.shape[0]]));
  return o.sub(sums, o.add(product, product));
}
