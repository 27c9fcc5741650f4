import type { Definition, Descriptor } from '../descriptor.js';
import { kind } from '../kind.js';
import type { NoOptions, OptionSchemas } from '../options.js';
import type { ServiceName } from '../services.js';
import type { Tensor, Tensors } from '../tensors.js';

/** One weight at one step. */
export interface UpdateInputs {
  readonly weight: Tensor;
  /** Of the weight's shape. */
  readonly gradient: Tensor;
  /** What the step before left, a tensor of the weight's shape for each name in `slots`. */
  readonly slots: Tensors;
  /** Scalar. */
  readonly learningRate: Tensor;
  /** Number of this step, from 1; a float32 scalar. */
  readonly step: Tensor;
}

export interface Update {
  readonly weight: Tensor;
  readonly slots: Tensors;
}

/** How a weight moves, as a pure function in tfjs ops, so that it can be compiled and resumed exactly. */
export interface Optimizer {
  /** What is remembered of each weight: slot name -> the value that fills it at first. */
  readonly slots: Readonly<Record<string, number>>;
  update(inputs: UpdateInputs): Update;
}

declare module '../options.js' {
  interface InstanceOf {
    optimizer: Optimizer;
  }
}

export type OptimizerDescriptor = Descriptor<'optimizer', Optimizer>;

export const optimizer = kind<OptimizerDescriptor>({
  name: 'optimizer',
  plural: 'optimizers',
  define: 'defineOptimizer',
});

/** Defines an optimizer. */
export function defineOptimizer<const O extends OptionSchemas = NoOptions, const I extends readonly ServiceName[] = []>(
  definition: Definition<O, I, Optimizer>,
): OptimizerDescriptor {
  return optimizer.describe(definition);
}
