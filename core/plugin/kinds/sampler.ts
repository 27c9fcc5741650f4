import type { Examples, Unit } from './dataset.js';
import { describe, type Definition, type Descriptor } from '../descriptor.js';
import type { NoOptions, OptionSchemas } from '../options.js';
import type { RandomStream } from '../random.js';
import type { ServiceName } from '../services.js';

export interface EpochInputs {
  readonly examples: Examples;
  /** Class index of each row of the dataset, where it has labels. */
  readonly labels: Int32Array | null;
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

/** `yields` tells for each unit that the sampler takes what it makes of it. */
export type SamplerDescriptor = Descriptor<'sampler', Sampler> & {
  readonly yields: Readonly<Partial<Record<Unit, Unit>>>;
};

/** Defines a sampler. */
export function defineSampler<const O extends OptionSchemas = NoOptions, const I extends readonly ServiceName[] = []>(
  definition: Definition<O, I, Sampler> & { readonly yields: Readonly<Partial<Record<Unit, Unit>>> },
): SamplerDescriptor {
  return describe<SamplerDescriptor>('sampler', definition);
}
