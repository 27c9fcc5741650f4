import type * as tfc from '@tensorflow/tfjs';
import { describe, type Definition, type Descriptor } from '../descriptor.js';
import type { NoOptions, OptionSchemas } from '../options.js';
import type { ServiceName } from '../services.js';
import type { Shape } from '../tensors.js';

/** The network that both sides of a pair go through. */
export interface Base {
  /**
   * Builds the network as a tfjs layers model, [n, ...sampleShape] -> [n, dimension]. Any LayersModel will do. Its first
   * values are drawn from the run's seed, also those of stock initializers; stock dropout and noise layers are replayable.
   */
  model(sampleShape: Shape): tfc.LayersModel;
}

/** `takes` names the axes of the samples that it can take, such as `['height', 'width', 'channels']`; absent: any number of axes. */
interface BaseMetadata {
  readonly takes?: readonly string[];
}

export type BaseDescriptor = Descriptor<'base', Base> & BaseMetadata;

/** Defines a base network. */
export function defineBase<const O extends OptionSchemas = NoOptions, const I extends readonly ServiceName[] = []>(
  definition: Definition<O, I, Base> & BaseMetadata,
): BaseDescriptor {
  return describe<BaseDescriptor>('base', definition);
}
