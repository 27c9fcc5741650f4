/** Static shape; `[]` is a scalar. */
export type Shape = readonly number[];

/** The length of an axis that is known when the graph runs: of steps, or of what each feed counts. One at most in a graph. */
export const anyLength = -1;

export type DType = 'float32' | 'float64' | 'int32' | 'int64' | 'uint8' | 'bool';

export type Data = Float32Array | Float64Array | Int32Array | BigInt64Array | Uint8Array;

export type Attribute =
  | number
  | string
  | readonly number[]
  | { readonly float: number }
  | { readonly windows: Windows }
  | { readonly graph: Graph };

/** How windows lie over images [n,h,w,c], as tfjs's `computeConv2DInfo` and `computePool2DInfo` tell it. */
export interface Windows {
  readonly batchSize: number;
  readonly inHeight: number;
  readonly inWidth: number;
  readonly inChannels: number;
  readonly outHeight: number;
  readonly outWidth: number;
  readonly outChannels: number;
  readonly strideHeight: number;
  readonly strideWidth: number;
  readonly dilationHeight: number;
  readonly dilationWidth: number;
  readonly filterHeight: number;
  readonly filterWidth: number;
  readonly effectiveFilterHeight: number;
  readonly effectiveFilterWidth: number;
  readonly padInfo: { readonly top: number; readonly left: number };
}

/** One tensor of a graph: an input, a constant or what a node computes. Its identity is the object itself. */
export interface Value {
  readonly shape: Shape;
  readonly dtype: DType;
  /** Present on constants. Row-major; a single element stands for all elements. */
  readonly data?: Data;
}

export interface Constant extends Value {
  readonly data: Data;
}

/**
 * One application of an ONNX operator, or of a compound one that `expand` turns into such. An `undefined` input is an
 * optional one left out.
 */
export interface Node {
  readonly op: string;
  readonly inputs: readonly (Value | undefined)[];
  readonly outputs: readonly Value[];
  readonly attributes: Readonly<Record<string, Attribute>>;
}

export const windowsOfNode = ({ attributes }: Node): Windows => (attributes['windows'] as { windows: Windows }).windows;

/** A pure function of named tensors; `nodes` are in an order in which they can be computed. */
export interface Graph {
  readonly inputs: Map<string, Value>;
  readonly outputs: Map<string, Value>;
  readonly nodes: Node[];
}

export const emptyGraph = (): Graph => ({ inputs: new Map(), outputs: new Map(), nodes: [] });

export const sizeOf = (shape: Shape): number => shape.reduce((size, length) => size * length, 1);

export const sameShape = (a: Shape, b: Shape): boolean =>
  a.length === b.length && a.every((length, axis) => length === b[axis]);

export const isConstant = (value: Value | undefined): value is Constant => value?.data !== undefined;

const arrays = {
  float32: Float32Array,
  float64: Float64Array,
  int32: Int32Array,
  int64: BigInt64Array,
  uint8: Uint8Array,
  bool: Uint8Array,
} as const;

/** Room for `size` elements, all zero. */
export const allocate = (dtype: DType, size: number): Data => new arrays[dtype](size);

export const toData = (dtype: DType, values: ArrayLike<number>): Data =>
  dtype === 'int64' ? BigInt64Array.from(Array.from(values, BigInt)) : arrays[dtype].from(values);

/** A constant of which every element is `value`. */
export const splat = (value: number, dtype: DType, shape: Shape = []): Constant => ({
  shape,
  dtype,
  data: toData(dtype, [value]),
});

export const constant = (values: ArrayLike<number>, dtype: DType, shape: Shape = [values.length]): Constant => ({
  shape,
  dtype,
  data: toData(dtype, values),
});

/** The number that every element of the constant equals, if there is one such number. */
export function splatOf(value: Value | undefined): number | undefined {
  if (!isConstant(value) || value.data.length === 0) return undefined;
  const [first] = value.data;
  for (const element of value.data) if (!Object.is(element, first)) return undefined;
  return Number(first);
}

/** All elements of a constant, also of one that stores a single element for all. */
export function elementsOf(value: Constant): Data {
  const size = sizeOf(value.shape);
  if (value.data.length === size) return value.data;
  const data = allocate(value.dtype, size);
  return (data as { fill(element: number | bigint): Data }).fill(value.data[0]);
}

/** Shape of an elementwise result, by NumPy's broadcasting. */
export function broadcast(...shapes: Shape[]): number[] {
  const rank = Math.max(0, ...shapes.map((shape) => shape.length));
  return Array.from({ length: rank }, (_, axis) => {
    const lengths = shapes.map((shape) => shape[axis - rank + shape.length] ?? 1);
    return lengths.find((length) => length !== 1) ?? 1;
  });
}

/** The values as text that tells 0 and -0 apart. */
export const exactly = (data: Data): string =>
  Array.from<number | bigint>(data)
    .map((x) => (Object.is(x, -0) ? '-0' : String(x)))
    .join();
