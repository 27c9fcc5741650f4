import type * as tfc from '@tensorflow/tfjs';
import type { Shape, Tensor, Tf } from '../plugin/tensors.js';

interface Initializer {
  apply(shape: Shape, dtype?: unknown): Tensor;
}
type AddWeight = (name: string, shape: Shape, dtype: unknown, initializer: Initializer, ...rest: unknown[]) => unknown;

/** Numbers of the largest weight that is drawn all the same. */
const fewNumbers = 2 ** 16;

/**
 * Runs synchronous code that builds layers, whose large weights start from zeros: for those that are replaced anyway, and
 * take seconds to draw. From `Math.random` as many numbers are drawn as otherwise.
 */
export function withoutFirstValues<T>(tf: Tf, run: () => T): T {
  const layer = tf.layers.Layer.prototype as unknown as { addWeight: AddWeight };
  const { addWeight } = layer;
  layer.addWeight = function (this: tfc.layers.Layer, name, shape, dtype, initializer, ...rest) {
    return addWeight.call(this, name, shape, dtype, zeros(tf, initializer), ...rest);
  };
  try {
    return run();
  } finally {
    layer.addWeight = addWeight;
  }
}

function zeros(tf: Tf, initializer: Initializer): Initializer {
  return {
    apply(shape, dtype) {
      if (shape.reduce((size, length) => size * length, 1) <= fewNumbers) return initializer.apply(shape, dtype);
      initializer.apply(
        shape.map(() => 1),
        dtype,
      );
      return tf.zeros([...shape], dtype as 'float32');
    },
  };
}
