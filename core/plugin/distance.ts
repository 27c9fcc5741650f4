import { describe, type Definition, type Descriptor } from './descriptor.js';
import type { NoOptions, OptionSchemas } from './options.js';
import type { ServiceName } from './services.js';
import type { Tensor } from './tensors.js';

/** How far two embeddings are apart. It only ever grows with dissimilarity. */
export interface Distance {
  /** Reduces the last axis: [..., d] and [..., d] -> [...]; the leading axes broadcast. Its gradient is finite at zero. */
  between(a: Tensor, b: Tensor): Tensor;
  /** All distances at once, [n, d] and [m, d] -> [n, m], where that is cheaper than broadcasting `between`. */
  matrix?(a: Tensor, b: Tensor): Tensor;
}

/** `symmetric`: a to b is b to a. `zero-to-itself`: equal embeddings are 0 apart. */
export type DistanceClaim = 'symmetric' | 'zero-to-itself';

/** What a distance claims is data, so that the test kit can hold it to its word. */
export type DistanceDescriptor = Descriptor<'distance', Distance> & { readonly claims?: readonly DistanceClaim[] };

/** Defines a distance. */
export function defineDistance<const O extends OptionSchemas = NoOptions, const I extends readonly ServiceName[] = []>(
  definition: Definition<O, I, Distance> & { readonly claims?: readonly DistanceClaim[] },
): DistanceDescriptor {
  return describe<DistanceDescriptor>('distance', definition);
}
