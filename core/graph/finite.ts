import { sizeOf, type Tensor, type Tf } from '../plugin/tensors.js';

/** Tensors of fewer numbers cost less joined than each by itself. */
const small = 4096;

/**
 * 1 where every number is finite, else 0; a scalar. A sum is NaN or infinite where one of its addends is, so each tensor
 * is read once; it is infinite, too, where it passes 3.4e38, the largest float32.
 */
export function allFinite(tf: Tf, tensors: readonly Tensor[]): Tensor {
  const joined = tensors.filter(({ shape }) => sizeOf(shape) < small).map((tensor) => tf.reshape(tensor, [-1]));
  const large = tensors.filter(({ shape }) => sizeOf(shape) >= small);
  const sums = [...large, ...(joined.length > 0 ? [tf.concat(joined)] : [])].map((tensor) => tf.sum(tensor));
  return tf.cast(tf.equal(tf.mul(tf.addN(sums), 0), 0), 'float32'); // NaN · 0 and Infinity · 0 are NaN
}
