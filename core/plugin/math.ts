import type { Tensor, Tf } from './tensors.js';

/** Finite stand-in for −∞: exp and softplus of it are exactly 0 in float32, and so are their gradients. */
const lowest = -1e9;

/**
 * What a `tf` handed out by the test kit carries: it remembers the value of each stopGradient, so that differences hold
 * constant what the gradient holds constant.
 */
export const stoppedValues: unique symbol = Symbol.for('twinspec:stopped-values') as never;
type Watched = { readonly [stoppedValues]?: (compute: () => Tensor) => Tensor };

/**
 * √x elementwise, for x of any shape; 0 where x ≤ 0. Its gradient is exact where x > 0 and 0 elsewhere: that of `tf.sqrt` is
 * infinite at 0, and times the 0 of an inner gradient it becomes NaN.
 */
export function safeSqrt(tf: Tf, x: Tensor): Tensor {
  const positive = tf.step(x);
  return tf.mul(positive, tf.sqrt(tf.add(tf.relu(x), tf.sub(1, positive))));
}

/**
 * Euclidean length along an axis, [..., d] -> [...], with gradient 0 at the zero vector, where that of `tf.norm` is NaN. The
 * squares overflow float32 beyond lengths of 1.8e19, and vanish below 1e-23.
 */
export function safeNorm(tf: Tf, x: Tensor, axis = -1): Tensor {
  return safeSqrt(tf, tf.sum(tf.square(x), axis));
}

/**
 * The tensor that `compute` returns, as a constant for the gradient. Everything inside may use ops that have no gradient at
 * all, such as greater or topk: tfjs has no stop-gradient of its own and throws when it meets one of those on its way back.
 */
export function stopGradient(tf: Tf, compute: () => Tensor): Tensor {
  const watched = (tf as Watched)[stoppedValues];
  // Ops inside a custom gradient are not on the tape. It hangs on a scalar of its own, so nothing leads back through it.
  const constant = tf.customGrad(() => ({
    value: tf.clone(watched === undefined ? compute() : watched(compute)),
    gradFunc: (dy: Tensor) => tf.zerosLike(dy),
  }));
  return constant(tf.scalar(0));
}

/**
 * 1 where a condition holds and 0 elsewhere, float32 of the condition's shape; a constant for the gradient. A mask made of
 * embeddings or distances without it throws "gradient function not found for Greater" in the backward pass.
 *
 * @example const active = mask(tf, () => tf.less(distance, margin));
 */
export function mask(tf: Tf, condition: () => Tensor): Tensor {
  return stopGradient(tf, () => tf.cast(condition(), 'float32'));
}

/**
 * log Σ wᵢ·exp(xᵢ) along an axis, over the elements of weight above 0; −1e9 for an empty selection, with gradient 0. Exact for
 * any size of x, because the largest selected one is taken out first: exp overflows float32 from 89 on, and `tf.logSumExp` of
 * nothing but −∞ is NaN.
 *
 * @param x [..., n]
 * @param weights of the shape of x: a mask of 0 and 1, or any weights from 0
 */
export function maskedLogSumExp(tf: Tf, x: Tensor, weights: Tensor, axis = -1): Tensor {
  const selected = stopGradient(tf, () => tf.greater(weights, 0));
  const kept = tf.where(selected, x, tf.fill(x.shape, lowest));
  const largest = stopGradient(tf, () => tf.max(kept, axis, true));
  const sum = tf.sum(tf.mul(weights, tf.exp(tf.sub(kept, largest))), axis);
  const empty = mask(tf, () => tf.equal(sum, 0));
  return tf.add(tf.log(tf.add(sum, empty)), tf.squeeze(largest, [axis < 0 ? axis + x.rank : axis]));
}

/**
 * The largest element along an axis where `selection` is above 0; 0 for an empty selection. Equal elements share its gradient
 * evenly: `tf.max` gives each of them all of it, so that hard mining over-counts on a collapsed batch.
 *
 * @param x [..., n]
 * @param selection of the shape of x
 */
export function maskedMax(tf: Tf, x: Tensor, selection: Tensor, axis = -1): Tensor {
  return extreme(tf, x, selection, axis, lowest, (kept) => tf.max(kept, axis, true));
}

/** The smallest element along an axis where `selection` is above 0; else like `maskedMax`. */
export function maskedMin(tf: Tf, x: Tensor, selection: Tensor, axis = -1): Tensor {
  return extreme(tf, x, selection, axis, -lowest, (kept) => tf.min(kept, axis, true));
}

function extreme(
  tf: Tf,
  x: Tensor,
  selection: Tensor,
  axis: number,
  elsewhere: number,
  find: (kept: Tensor) => Tensor,
): Tensor {
  const shares = stopGradient(tf, () => {
    const selected = tf.greater(selection, 0);
    const best = find(tf.where(selected, x, tf.fill(x.shape, elsewhere)));
    const ties = tf.cast(tf.logicalAnd(selected, tf.equal(x, best)), 'float32');
    return tf.div(ties, tf.maximum(tf.sum(ties, axis, true), 1));
  });
  return tf.sum(tf.mul(shares, x), axis);
}
