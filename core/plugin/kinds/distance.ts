import type { Definition, Descriptor } from '../descriptor.js';
import { kind, type Metadata, type Stated } from '../kind.js';
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

declare module '../options.js' {
  interface InstanceOf {
    distance: Distance;
  }
}

const metadata = {
  claims: {
    type: 'array',
    items: { type: 'string', enum: ['symmetric', 'zero-to-itself'] },
    optional: true,
    description:
      '`symmetric`: a to b is b to a. `zero-to-itself`: equal embeddings are 0 apart. The test kit holds it to them.',
  },
  largestNormalized: {
    type: 'number',
    exclusiveMinimum: 0,
    optional: true,
    description:
      'How far two embeddings of length 1 can be apart, such as 2; absent where it depends on their dimension, or is unknown.',
  },
} as const satisfies Metadata;

export type DistanceDescriptor = Descriptor<'distance', Distance> & Stated<typeof metadata>;
export type DistanceClaim = NonNullable<DistanceDescriptor['claims']>[number];

export const distance = kind<DistanceDescriptor>({
  name: 'distance',
  plural: 'distances',
  define: 'defineDistance',
  metadata,
  traits: {
    claims: (claims) => ['Claims', claims.join(', ').replaceAll('-', ' ')],
    largestNormalized: (largest) => ['Largest', `${largest}, between embeddings of length 1`],
  },
});

/** Defines a distance. */
export function defineDistance<const O extends OptionSchemas = NoOptions, const I extends readonly ServiceName[] = []>(
  definition: Definition<O, I, Distance> & Stated<typeof metadata>,
): DistanceDescriptor {
  return distance.describe(definition);
}
