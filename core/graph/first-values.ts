import type * as tfc from '@tensorflow/tfjs';
import { TwinspecError } from '../errors.js';
import type { Shape, Tensor, Tf } from '../plugin/tensors.js';

interface Initializer {
  apply(shape: Shape, dtype?: unknown): Tensor;
}
type AddWeight = (name: string, shape: Shape, dtype: unknown, initializer: Initializer, ...rest: unknown[]) => unknown;

/** So many numbers more than there are may be made, and as many again: what is made of other plugins is told apart from what cannot be meant. */
const slack = 2 ** 22;
/** What each weight costs, however small. */
const numbersOfAWeight = 256;

/** Numbers of the largest weight that is drawn all the same. */
const fewNumbers = 2 ** 16;

/**
 * Runs synchronous code that builds layers, whose large weights start from zeros: for those that are replaced anyway, and
 * take seconds to draw. From `Math.random` as many numbers are drawn as otherwise.
 *
 * @param numbers that there are to replace them
 * @throws MODEL_INVALID before weights of far more are made
 */
export function withoutFirstValues<T>(tf: Tf, numbers: number, run: () => T): T {
  const most = slack + 2 * numbers;
  let taken = 0;
  const layer = tf.layers.Layer.prototype as unknown as { addWeight: AddWeight };
  const { addWeight } = layer;
  layer.addWeight = function (this: tfc.layers.Layer, name, shape, dtype, initializer, ...rest) {
    taken += shape.reduce((size, length) => size * length, 1) + numbersOfAWeight;
    if (taken > most)
      throw new TwinspecError(
        'MODEL_INVALID',
        `The model holds ${numbers} numbers, and its spec makes weights of far more.`,
      );
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
