import { describe, type Definition, type Descriptor } from '../descriptor.js';
import type { NoOptions, OptionSchemas } from '../options.js';
import type { ServiceName } from '../services.js';
import type { Tensor } from '../tensors.js';

/** How far two embeddings are apart. It only ever grows with dissimilarity. */
export interface Distance {
  /** Reduces the last axis: [..., d] and [..., d] -> [...]; the leading axes broadcast. Its gradient is finite at zero. */
  between(a: Tensor, b: Tensor): Tensor;
  /** All distances at once, [n, d] and [m, d] -> [n, m], where that is cheaper than broadcasting `between`. */
  matrix?(a: Tensor, b: Tensor): Tensor;
}

/** `symmetric`: a to b is b to a. `zero-to-itself`: equal embeddings are 0 apart. */
export type DistanceClaim = 'symmetric' | 'zero-to-itself';

/** What a distance states about itself is data, so that specs can be checked by it and the test kit can hold it to its word. */
interface DistanceMetadata {
  readonly claims?: readonly DistanceClaim[];
  /** How far two embeddings of length 1 can be apart, such as 2; absent where it depends on their dimension, or is unknown. */
  readonly largestNormalized?: number;
}

export type DistanceDescriptor = Descriptor<'distance', Distance> & DistanceMetadata;

/** Defines a distance. */
export function defineDistance<const O extends OptionSchemas = NoOptions, const I extends readonly ServiceName[] = []>(
  definition: Definition<O, I, Distance> & DistanceMetadata,
): DistanceDescriptor {
  return describe<DistanceDescriptor>('distance', definition);
}
