import type { Tensor, Tf } from '../plugin/tensors.js';

/**
 * 1 where every number is finite, else 0; a scalar. A sum is NaN or infinite where one of its addends is; so is one that
 * passes 3.4e38, the largest float32.
 */
export function allFinite(tf: Tf, tensors: readonly Tensor[]): Tensor {
  const poison = tensors.map((tensor) => tf.mul(tf.sum(tensor), 0)); // 0, or NaN
  return tf.cast(tf.equal(tf.addN(poison), 0), 'float32');
}
