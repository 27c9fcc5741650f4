import type { TensorData } from '../plugin/tensors.js';

export type Dtype = 'uint8' | 'int32' | 'float32';

/** Type of the numbers in an array. */
export function dtypeOf(data: TensorData): Dtype {
  if (data instanceof Uint8Array) return 'uint8';
  return data instanceof Int32Array ? 'int32' : 'float32';
}
