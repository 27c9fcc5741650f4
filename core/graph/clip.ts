import type { Tensor, Tensors, Tf } from '../plugin/tensors.js';
import type { GraphParts } from './parts.js';

/**
 * Limits gradients: first each number to [−value, value]; then all together, g · norm / max(‖g‖, norm), where ‖g‖ is the
 * root of the sum of the squares of every gradient.
 */
export function clipGradients(tf: Tf, gradients: Tensors, { value, norm }: GraphParts['loop']['clip']): Tensors {
  const cut = value === null ? gradients : mapTensors(gradients, (gradient) => tf.clipByValue(gradient, -value, value));
  if (norm === null) return cut;
  const squares = Object.values(cut).map((gradient) => tf.sum(tf.square(gradient)));
  const scale = tf.div(norm, tf.maximum(tf.sqrt(tf.addN(squares)), norm)); // scalar
  return mapTensors(cut, (gradient) => tf.mul(gradient, scale));
}

function mapTensors(tensors: Tensors, change: (tensor: Tensor) => Tensor): Tensors {
  return Object.fromEntries(Object.entries(tensors).map(([place, tensor]) => [place, change(tensor)]));
}
