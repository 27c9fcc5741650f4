import type { Descriptor } from '../descriptor.js';
import { kind, type Define } from '../kind.js';
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
export const defineOptimizer: Define<OptimizerDescriptor> = optimizer.describe;
