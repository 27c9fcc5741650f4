import { units, type Examples } from './dataset.js';
import type { Descriptor } from '../descriptor.js';
import { kind, type Define, type Metadata, type Stated } from '../kind.js';
import type { RandomStream } from '../random.js';

export interface EpochInputs {
  /** A copy. */
  readonly examples: Examples;
  /** Class number of each row of the dataset, −1 for a row without one; null where it has no labels. A copy. */
  readonly labels: Int32Array | null;
  /** Group number of each row, −1 for a row without one; null where the dataset has no groups. A copy. */
  readonly groups: Int32Array | null;
  readonly batchSize: number;
  /** The stream of this epoch: the same at every call, so that a run can be resumed inside an epoch. */
  readonly random: RandomStream;
}

/** The batches of one epoch, in order. `batch` may be called in any order. */
export interface Epoch {
  readonly batches: number;
  /** `index` from 0 to `batches` − 1. The last batch may be smaller; all others are of one size. */
  batch(index: number): Examples;
}

export interface Sampler {
  epoch(inputs: EpochInputs): Epoch;
}

declare module '../options.js' {
  interface InstanceOf {
    sampler: Sampler;
  }
}

const unit = { type: 'string', enum: units, optional: true } as const;

const metadata = {
  yields: {
    type: 'object',
    properties: { pairs: unit, triplets: unit, rows: unit },
    minProperties: 1,
    description: 'For each unit that the sampler takes what it makes of it.',
    expected: "a map from what the sampler takes to what it makes of it, such as { rows: 'rows' }",
  },
} as const satisfies Metadata;

export type SamplerDescriptor = Descriptor<'sampler', Sampler> & Stated<typeof metadata>;

export const sampler = kind<SamplerDescriptor>({
  name: 'sampler',
  plural: 'samplers',
  define: 'defineSampler',
  metadata,
  traits: {
    yields: (made) => [
      'Yields',
      Object.entries(made)
        .map(([from, to]) => (from === to ? from : `${to} from ${from}`))
        .join(', '),
    ],
  },
});

/** Defines a sampler. */
export const defineSampler: Define<SamplerDescriptor, typeof metadata> = sampler.describe;
