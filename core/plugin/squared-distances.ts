import type { GradSaveFunc } from '@tensorflow/tfjs';
import type { Tensor, Tf } from './tensors.js';

/**
 * ‖aᵢ − bⱼ‖² of every row to every row, [n, d] and [m, d] -> [n, m], with its gradient. The onnx engine takes n·m + (n + m)·d
 * numbers for it; others subtract each row from each, which takes n·m·d. Both are exact for rows that are near each other
 * and far from zero, and 0 for equal ones, where ‖a‖² + ‖b‖² − 2 a·b has lost all digits.
 */
export function squaredDistances(tf: Tf, a: Tensor, b: Tensor): Tensor {
  const isCompiled = tf.getKernel('SquaredDistances', tf.getBackend()) !== undefined;
  if (!isCompiled) return tf.sum(tf.square(tf.sub(tf.expandDims(a, 1), tf.expandDims(b, 0))), -1);

  const measured = tf.customGrad((...given: (Tensor | GradSaveFunc)[]) => {
    const sides = given.slice(0, -1) as Tensor[];
    (given.at(-1) as GradSaveFunc)(sides);
    const [a, b = a] = sides;
    return { value: run(tf, 'SquaredDistances', { a, b }), gradFunc: (dy, saved) => gradients(tf, dy, saved) };
  });
  return a === b ? measured(a) : measured(a, b);
}

/** 2 Σⱼ gᵢⱼ (aᵢ − bⱼ) by a, and the like by b; by both together where they are one. */
function gradients(tf: Tf, dy: Tensor, [a, b]: readonly Tensor[]): Tensor[] {
  const differences = (weights: Tensor, a: Tensor, b: Tensor) => run(tf, 'WeightedDifferences', { weights, a, b });
  const g = tf.mul(dy, 2);
  const turned = tf.transpose(g);
  return b === undefined ? [differences(tf.add(g, turned), a, a)] : [differences(g, a, b), differences(turned, b, a)];
}

function run(tf: Tf, kernel: string, inputs: Record<string, Tensor>): Tensor {
  return tf.engine().runKernel<Tensor>(kernel, inputs);
}
