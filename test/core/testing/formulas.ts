import type { Tensor, Tf } from 'twinspec/plugin';

/** x / ‖x‖ along the last axis. */
export function unit(tf: Tf, x: Tensor): Tensor {
  return tf.mul(x, tf.rsqrt(tf.maximum(tf.sum(tf.square(x), -1, true), 1e-12)));
}

/** Cosine of each pair of rows, [n, d] and [n, d] -> [n]. */
export function cosine(tf: Tf, a: Tensor, b: Tensor): Tensor {
  return tf.sum(tf.mul(unit(tf, a), unit(tf, b)), -1);
}

/** All cosines, [n, d] and [m, d] -> [n, m]. */
export function cosines(tf: Tf, a: Tensor, b: Tensor): Tensor {
  return tf.matMul(unit(tf, a), unit(tf, b), false, true);
}

/** Squared length of a − b along the last axis, the leading axes broadcast. */
export function squares(tf: Tf, a: Tensor, b: Tensor): Tensor {
  return tf.sum(tf.square(tf.sub(a, b)), -1);
}

/** All squared lengths, [n, d] and [m, d] -> [n, m]. */
export function allSquares(tf: Tf, a: Tensor, b: Tensor): Tensor {
  return squares(tf, tf.expandDims(a, 1), tf.expandDims(b, 0));
}

/** 1 where a sample is of a class, [b] -> [b, classes]. */
export function targets(tf: Tf, label: Tensor, classes: number): Tensor {
  return tf.cast(tf.equal(tf.expandDims(label, 1), tf.expandDims(tf.range(0, classes, 1, 'int32'), 0)), 'float32');
}

/** −log of the target's share in the softmax of each row, [b, classes] -> [b]. */
export function crossEntropy(tf: Tf, target: Tensor, logits: Tensor): Tensor {
  return tf.neg(tf.sum(tf.mul(target, tf.logSoftmax(logits)), 1));
}

/** 1 for rows that have any selected element, [b, b] -> [b]. */
export function some(tf: Tf, selection: Tensor): Tensor {
  return tf.minimum(tf.sum(selection, 1), 1);
}
