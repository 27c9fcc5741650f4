import { sizeOf, type Shape } from '../plugin/tensors.js';
import { stream } from '../random/stream.js';

/** An array outside of any engine, as an experiment takes it. */
export interface Numbers {
  readonly shape: Shape;
  readonly data: Float32Array | Int32Array;
}

/** Numbers as an author writes them. */
export type Nested = number | readonly Nested[];

export function float(shape: Shape, data: ArrayLike<number>): Numbers {
  return { shape, data: Float32Array.from(data) };
}

export function int(data: ArrayLike<number>): Numbers {
  return { shape: [data.length], data: Int32Array.from(data) };
}

/** Nested arrays as float32 numbers of their shape. */
export function fromNested(nested: Nested): Numbers {
  const shape: number[] = [];
  for (let level = nested; typeof level !== 'number'; level = level[0]) shape.push(level.length);
  return float(shape, flatten(nested));
}

function flatten(nested: Nested): number[] {
  return typeof nested === 'number' ? [nested] : nested.flatMap(flatten);
}

/** Standard normal numbers, the same at every call. */
export function normals(shape: Shape, seed: number): Numbers {
  return { shape, data: Float32Array.from({ length: sizeOf(shape) }, stream(seed, 'test numbers').normal) };
}

export function scaled({ shape, data }: Numbers, factor: number): Numbers {
  return float(
    shape,
    Array.from(data, (value) => value * factor),
  );
}

/** The rows of these numbers, in this order; a row may be taken again. */
export function takeRows({ shape: [rows, ...shape], data }: Numbers, order: readonly number[]): Numbers {
  const size = data.length / rows;
  const taken = order.flatMap((row) => Array.from(data.subarray(row * size, (row + 1) * size)));
  const make = data instanceof Int32Array ? Int32Array : Float32Array;
  return { shape: [order.length, ...shape], data: make.from(taken) };
}

export function joinRows(...parts: readonly Numbers[]): Numbers {
  const [, ...shape] = parts[0].shape;
  const rows = parts.reduce((sum, part) => sum + part.shape[0], 0);
  return float(
    [rows, ...shape],
    parts.flatMap(({ data }) => Array.from(data)),
  );
}

export function norm(values: ArrayLike<number>): number {
  return Math.sqrt(Array.from(values).reduce((sum, value) => sum + value * value, 0));
}

/** ‖a − b‖ over ‖b‖, or over 1e-3 where b is smaller; 0 where both are the same up to NaN and infinity. */
export function relativeError(a: ArrayLike<number>, b: ArrayLike<number>): number {
  if (a.length !== b.length) return Infinity;
  const differences = Array.from(a, (value, index) => (Object.is(value, b[index]) ? 0 : value - b[index]));
  return norm(differences) / Math.max(norm(Array.from(b).filter(Number.isFinite)), 1e-3);
}

/** Whether two results are the same bits. */
export function identical(a: ArrayLike<number>, b: ArrayLike<number>): boolean {
  if (a.length !== b.length) return false;
  for (let index = 0; index < a.length; index++) if (!Object.is(a[index], b[index])) return false;
  return true;
}

/** The first index whose value is NaN or infinite; −1 when all are finite. */
export function notFinite(values: Float32Array | Int32Array): number {
  return (values as Float32Array).findIndex((value) => !Number.isFinite(value));
}

/** The same keys with other values. */
export function mapValues<T, U>(entries: Readonly<Record<string, T>>, map: (value: T) => U): Record<string, U> {
  return Object.fromEntries(Object.entries(entries).map(([name, value]) => [name, map(value)]));
}

export const show = (value: number) => String(Number(value.toPrecision(4)));
export const showShape = (shape: Shape) => `[${shape.join(', ')}]`;
