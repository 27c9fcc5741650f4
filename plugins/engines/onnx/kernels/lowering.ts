import type { DType, Value } from '../graph.js';
import type { Tf } from '../internals.js';
import type { Operators } from '../operators.js';

/** Operands by tfjs's names; of kernels that take a list, by position. */
export type Inputs = Readonly<Record<string, Value>>;
/** Attributes by tfjs's names; each lowering states the type it expects. */
export type Attributes = Readonly<Record<string, never>>;

export interface Context {
  readonly tf: Tf;
  readonly o: Operators;
  /** Throws that this kernel cannot be compiled `what`, such as "with complex numbers". */
  readonly refuse: (what: string) => never;
}

/** Writes one tfjs kernel as ONNX operators. */
export type Lowering = (context: Context, inputs: Inputs, attributes: Attributes) => Value | readonly Value[];

export type Kernels = Readonly<Record<string, Lowering>>;

/** Applies `f` in another element type and casts its result back. */
export function within(o: Operators, dtype: DType, values: readonly Value[], f: (...values: Value[]) => Value): Value {
  return o.cast(f(...values.map((x) => o.cast(x, dtype))), values[0].dtype);
}

/** Axes as tfjs takes them (one, several, negative, none for all), sorted and counted from the front. */
export function axesOf(axis: number | readonly number[] | null | undefined, rank: number): number[] {
  const all = Array.from({ length: rank }, (_, i) => i);
  if (axis === null || axis === undefined) return all;
  const axes = [axis].flat().map((a) => (a < 0 ? a + rank : a));
  return all.filter((a) => axes.includes(a));
}

/** Kernels that a step cannot use in principle, and what they would need. */
export const impossible =
  (why: string): Lowering =>
  ({ refuse }) =>
    refuse(why);
