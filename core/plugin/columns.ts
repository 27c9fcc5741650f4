import type { Column } from './kinds/dataset.js';
import { sizeOf, type Dtype, type Shape, type TensorData } from './tensors.js';

/** Type of the numbers in an array. */
export function dtypeOf(data: TensorData): Dtype {
  if (data instanceof Uint8Array) return 'uint8';
  return data instanceof Int32Array ? 'int32' : 'float32';
}

/** Type of the numbers of a column. */
export function columnDtype(column: Column): Dtype {
  return 'data' in column ? dtypeOf(column.data) : column.dtype;
}

/** Number of samples of a column. */
export function columnRows(column: Column): number {
  return 'data' in column ? column.data.length / sizeOf(column.shape) : column.rows;
}

/** The values of these rows in this order, rows × sample size. */
export async function readColumn(column: Column, rows: Int32Array): Promise<TensorData> {
  if (!('data' in column)) return column.read(rows);
  const size = sizeOf(column.shape);
  const values = new (column.data.constructor as new (length: number) => TensorData)(rows.length * size);
  for (const [index, row] of rows.entries())
    values.set(column.data.subarray(row * size, (row + 1) * size), index * size);
  return values;
}

/** Shape of one sample of each column. */
export function shapesOf(
  columns: Readonly<Record<string, { readonly shape: Shape }>>,
): Readonly<Record<string, Shape>> {
  return Object.fromEntries(Object.entries(columns).map(([name, { shape }]) => [name, shape]));
}
