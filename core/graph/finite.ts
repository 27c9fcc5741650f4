import type { Tensor, Tf } from '../plugin/tensors.js';

/**
 * 1 where every number is finite, else 0; a scalar. A sum is NaN or infinite where one of its addends is, so each tensor
 * is read once; it is infinite, too, where it passes 3.4e38, the largest float32.
 */
export function allFinite(tf: Tf, tensors: readonly Tensor[]): Tensor {
  const sum = tf.addN(tensors.map((tensor) => tf.sum(tensor)));
  return tf.cast(tf.equal(tf.mul(sum, 0), 0), 'float32'); // NaN · 0 and Infinity · 0 are NaN
}
