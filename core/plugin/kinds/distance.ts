import { tensorNames } from '../declared.js';
import type { Definition, Descriptor } from '../descriptor.js';
import { kind, type Metadata, type Stated } from '../kind.js';
import type { NoOptions, OptionSchemas } from '../options.js';
import type { ServiceName } from '../services.js';
import type { Noise } from '../random.js';
import type { Tensor, TensorDeclaration } from '../tensors.js';

/** What a distance gets beside two embeddings. */
export interface DistanceInputs<W extends string = string> {
  /** The weights that the distance declared, trained with the base network. */
  readonly weights: Readonly<Record<W, Tensor>>;
  /** Random numbers of this step and call, another for each name; only while `training`. A constant for the gradient. */
  readonly noise: Noise;
  /** Whether a network is being trained, not used. */
  readonly training: boolean;
}

/** How far two embeddings are apart. It only ever grows with dissimilarity. `W` are the names of its own weights. */
export interface Distance<W extends string = string> {
  /** Reduces the last axis: [..., d] and [..., d] -> [...]; the leading axes broadcast. Its gradient is finite at zero. */
  between(a: Tensor, b: Tensor, inputs: DistanceInputs<W>): Tensor;
  /** All distances at once, [n, d] and [m, d] -> [n, m], where that is cheaper than broadcasting `between`. */
  matrix?(a: Tensor, b: Tensor, inputs: DistanceInputs<W>): Tensor;
  /** The similarity that its descriptor states, of distances of any shape. */
  toSimilarity?(distance: Tensor): Tensor;
  /** `dimension` is the length of an embedding. */
  weights?(shape: { readonly dimension: number }): Readonly<Record<W, TensorDeclaration>>;
}

declare module '../options.js' {
  interface InstanceOf {
    distance: Distance;
  }
}

const farthest = { type: 'number', exclusiveMinimum: 0, optional: true } as const;

const metadata = {
  claims: {
    type: 'array',
    items: { type: 'string', enum: ['symmetric', 'zero-to-itself'] },
    optional: true,
    description:
      '`symmetric`: a to b is b to a. `zero-to-itself`: equal embeddings are 0 apart. The test kit holds it to them.',
  },
  reach: {
    type: 'object',
    properties: { normalized: farthest, any: farthest },
    minProperties: 1,
    optional: true,
    description:
      'How far two embeddings can be apart, such as 2: `normalized` where they have length 1, `any` where they may have any. ' +
      'Absent where it depends on their dimension, or is unknown.',
    expected: 'positive numbers for normalized, any or both, such as { normalized: 2 }',
  },
  similarity: {
    type: 'string',
    optional: true,
    description: 'Name of the similarity that `toSimilarity` makes of it, such as `cosine`.',
  },
  weights: { ...tensorNames, description: 'Names of its own weights, which the function `weights` declares.' },
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
    reach: ({ any, normalized }) => [
      'Largest',
      [any, normalized === undefined ? undefined : `${normalized}, between embeddings of length 1`]
        .filter((far) => far !== undefined)
        .join('; '),
    ],
    similarity: (name) => ['Similarity', name],
    weights: (names) => ['Own weights', names.join(', ')],
  },
});

/** Defines a distance. */
export function defineDistance<
  const O extends OptionSchemas = NoOptions,
  const I extends readonly ServiceName[] = [],
  const W extends string = never,
>(
  definition: Definition<O, I, Distance<NoInfer<W>>> & Stated<typeof metadata> & { readonly weights?: readonly W[] },
): DistanceDescriptor {
  return distance.describe(definition);
}
