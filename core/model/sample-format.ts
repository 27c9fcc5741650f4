import type { Dtype, Shape } from '../plugin/tensors.js';

/** How a column of samples has to look to be embedded. */
export interface SampleFormat {
  /** Shape of one sample, such as [28, 28, 1]. */
  readonly shape: Shape;
  readonly dtype: Dtype;
  /** Factor that the network sees each value times. */
  readonly scale: number;
  /** Smallest and largest value that it was trained on, before `scale`; absent where nobody knows. */
  readonly range?: readonly [smallest: number, largest: number];
}
