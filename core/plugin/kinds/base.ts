import type * as tfc from '@tensorflow/tfjs';
import type { Descriptor } from '../descriptor.js';
import { kind, type Define, type Metadata, type Stated } from '../kind.js';
import type { Shape } from '../tensors.js';

/** The network that both sides of a pair go through. */
export interface Base {
  /**
   * Builds the network as a tfjs layers model, [n, ...sampleShape] -> [n, dimension]. Any LayersModel will do. Its first
   * values are drawn from the run's seed, also those of stock initializers; stock dropout and noise layers are replayable.
   *
   * @param sampleShape of one sample of the only column, or of the first one
   * @param columns shape of one sample of each column; where there are several, the model has one input for each, in order
   */
  model(sampleShape: Shape, columns: Readonly<Record<string, Shape>>): tfc.LayersModel;
}

declare module '../options.js' {
  interface InstanceOf {
    base: Base;
  }
}

const metadata = {
  takes: {
    type: 'array',
    items: { type: 'string' },
    minItems: 1,
    optional: true,
    description: 'Names of the axes of the samples, of one column, that it can take; absent: any number of axes.',
    expected: 'a list of names of axes, such as ["height", "width", "channels"]',
  },
} as const satisfies Metadata;

export type BaseDescriptor = Descriptor<'base', Base> & Stated<typeof metadata>;

export const base = kind<BaseDescriptor>({
  name: 'base',
  plural: 'bases',
  define: 'defineBase',
  metadata,
  traits: { takes: (axes) => ['Takes', `samples of shape [${axes.join(', ')}]`] },
});

/** Defines a base network. */
export const defineBase: Define<BaseDescriptor, typeof metadata> = base.describe;
