import type { Descriptor } from '../descriptor.js';
import { kind, type Define } from '../kind.js';
import type { Tensor } from '../tensors.js';

/** Makes the scalar of a loss term. */
export interface Reducer {
  /** `values` of any shape and, when elements are selected or weighted, a `mask` of that shape -> scalar; 0 for an empty selection. */
  reduce(values: Tensor, mask: Tensor | null): Tensor;
  /** Without a mask it is the plain mean, so that a step can be put together from the gradients of several batches. */
  readonly isMean?: true;
}

declare module '../options.js' {
  interface InstanceOf {
    reducer: Reducer;
  }
}

export type ReducerDescriptor = Descriptor<'reducer', Reducer>;

export const reducer = kind<ReducerDescriptor>({ name: 'reducer', plural: 'reducers', define: 'defineReducer' });

/** Defines a reducer. */
export const defineReducer: Define<ReducerDescriptor> = reducer.describe;
