import type * as tfc from '@tensorflow/tfjs';

/** The TensorFlow.js namespace, as the service `tf` hands it to a plugin. */
export type Tf = typeof tfc;
export type Tensor = tfc.Tensor;
export type Shape = readonly number[];
/** Tensors by place, such as `base/0/kernel`. */
export type Tensors = Readonly<Record<string, Tensor>>;

export type TensorData = Float32Array | Int32Array | Uint8Array;
/** What the numbers of samples are. */
export type Dtype = 'uint8' | 'int32' | 'float32';

/** A tensor outside of any engine. Everything that a run carries from step to step is float32. */
export interface HostTensor {
  readonly shape: Shape;
  readonly data: Float32Array;
}
/** Host tensors by place. */
export type HostTensors = Readonly<Record<string, HostTensor>>;

/** Number of elements of a shape; 1 for a scalar. */
export function sizeOf(shape: Shape): number {
  return shape.reduce((product, dimension) => product * dimension, 1);
}

/** Where a weight's first values come from. */
export type Initializer =
  | { readonly kind: 'constant'; readonly value: number }
  | { readonly kind: 'uniform'; readonly min: number; readonly max: number }
  | { readonly kind: 'normal'; readonly mean: number; readonly stddev: number }
  /** Normal numbers; those more than two `stddev` from the mean are drawn again. */
  | { readonly kind: 'truncated-normal'; readonly mean: number; readonly stddev: number }
  /**
   * `gain` times a random matrix with orthonormal rows or columns, whichever are fewer; all axes but the last are taken as one.
   * Saxe, McClelland & Ganguli, "Exact solutions to the nonlinear dynamics of learning in deep linear networks", ICLR 2014.
   */
  | { readonly kind: 'orthogonal'; readonly gain: number }
  /** These numbers, row-major. */
  | { readonly kind: 'given'; readonly data: ArrayLike<number> };

/** A weight or a state tensor that a plugin declares: its static shape and its first values. */
export interface TensorDeclaration {
  readonly shape: Shape;
  readonly init: Initializer;
}
export type TensorDeclarations = Readonly<Record<string, TensorDeclaration>>;
