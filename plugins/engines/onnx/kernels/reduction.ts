import type { Value } from '../graph.js';
import { sizeOf, splat } from '../graph.js';
import type { Operators } from '../operators.js';
import type { Kernels, Lowering } from './lowering.js';
import { axesOf, within } from './lowering.js';

type Reduce = (x: Value, axes: readonly number[], keepDims: boolean) => Value;

const reduction =
  (pick: (o: Operators) => Reduce, attribute = 'axis'): Lowering =>
  ({ o }, { x }, attributes) => {
    const axes = axesOf(attributes[attribute], x.shape.length);
    const y = x.dtype === 'bool' ? o.cast(x, 'int32') : x;
    return pick(o)(y, axes, attributes['keepDims'] ?? false);
  };

/** A sum over the leading axes of many numbers is a product with ones: ONNX Runtime does it several times faster. */
const sum =
  (o: Operators): Reduce =>
  (x, axes, keepDims) => {
    const leading = axes.every((axis, i) => axis === i);
    const kept = x.shape.slice(axes.length);
    const [rows, columns] = [sizeOf(x.shape.slice(0, axes.length)), sizeOf(kept)];
    if (!leading || x.dtype !== 'float32' || rows < 8 || columns < 2) return o.reduceSum(x, axes, keepDims);
    const total = o.gemm(splat(1, 'float32', [1, rows]), o.reshape(x, [rows, columns]));
    return o.reshape(total, keepDims ? [...axes.map(() => 1), ...kept] : kept);
  };

/** `all` is the least, `any` the greatest of the elements, counted as 0 and 1. */
const quantifier =
  (pick: (o: Operators) => Reduce): Lowering =>
  ({ o }, { x }, { axis, keepDims }) =>
    within(o, 'int32', [x], (y) => pick(o)(y, axesOf(axis, x.shape.length), keepDims ?? false));

const extreme =
  (pick: (o: Operators) => Reduce): Lowering =>
  ({ o }, { x }, attributes) => {
    const axes = axesOf(attributes['reductionIndices'] ?? attributes['axis'], x.shape.length);
    const keepDims = attributes['keepDims'] ?? false;
    return x.dtype === 'bool' ? within(o, 'int32', [x], (y) => pick(o)(y, axes, keepDims)) : pick(o)(x, axes, keepDims);
  };

const position =
  (pick: (o: Operators) => (x: Value, axis: number) => Value): Lowering =>
  ({ o }, { x }, { axis }) => {
    const y = x.dtype === 'bool' ? o.cast(x, 'int32') : x;
    return o.cast(pick(o)(y, axesOf(axis, x.shape.length)[0]), 'int32');
  };

/** Products along an axis, one after the other: the axes that ONNX's CumSum knows for sums only. */
const cumulativeProduct: Lowering = ({ o }, { x }, { axis, exclusive, reverse }) => {
  const at = axesOf(axis, x.shape.length)[0];
  const length = x.shape[at];
  const ones = x.shape.map((size, i) => (i === at ? 1 : size));
  const terms = length === 1 ? [x] : [...o.split(x, Array<number>(length).fill(1), at)];
  const order = reverse ? terms.reverse() : terms;
  let product = splat(1, x.dtype, ones) as Value;
  const products = order.map((term) => {
    const before = product;
    product = o.mul(product, term);
    return exclusive ? before : product;
  });
  return o.concat(reverse ? products.reverse() : products, at);
};

export const reductions: Kernels = {
  All: quantifier((o) => o.reduceMin),
  Any: quantifier((o) => o.reduceMax),
  ArgMax: position((o) => o.argMax),
  ArgMin: position((o) => o.argMin),
  Cumprod: cumulativeProduct,
  Cumsum: ({ o }, { x }, { axis, exclusive, reverse }) => {
    const y = x.dtype === 'bool' ? o.cast(x, 'int32') : x;
    return o.cumSum(y, axesOf(axis, x.shape.length)[0], exclusive ?? false, reverse ?? false);
  },
  Max: extreme((o) => o.reduceMax),
  Mean: ({ o }, { x }, { axis, keepDims }) => {
    const axes = axesOf(axis, x.shape.length);
    const y = o.cast(x, 'float32');
    if (sizeOf(x.shape) === 0) return o.reduceSum(y, axes, keepDims ?? false);
    return o.reduceMean(y, axes, keepDims ?? false);
  },
  Min: extreme((o) => o.reduceMin),
  Prod: reduction((o) => o.reduceProd),
  Softmax: ({ o }, { logits }, { dim }) => o.softmax(logits, axesOf(dim, logits.shape.length)[0]),
  Sum: reduction(sum),
  TopK: ({ o }, { x }, { k }) => {
    const [values, indices] = o.topK(x, k);
    return [values, o.cast(indices, 'int32')];
  },
};
