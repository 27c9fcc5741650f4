import type { Value } from '../graph.js';
import { constant, sizeOf, splat } from '../graph.js';
import type { Operators } from '../operators.js';
import type { Kernels, Lowering } from './lowering.js';
import { axesOf } from './lowering.js';

const gather: Lowering = ({ o, refuse }, { x, indices }, { axis, batchDims }) => {
  const at = axesOf(axis, x.shape.length)[0];
  const batch = (batchDims as number | null) ?? 0;
  const rows = o.cast(indices, 'int32');
  if (batch === 0) return o.gather(x, rows, at);
  if (at !== batch) return refuse(`with batchDims ${batch} and axis ${at}`);
  return o.gatherND(x, o.cast(o.reshape(rows, [...rows.shape, 1]), 'int64'), batch);
};

/** Adds or writes slices at index tuples `[..., depth]`. */
function scatter(o: Operators, onto: Value, indices: Value, updates: Value, reduction: 'none' | 'add'): Value {
  const depth = indices.shape.length < 2 ? 1 : indices.shape.at(-1)!;
  const count = sizeOf(indices.shape) / depth;
  const rest = onto.shape.slice(depth);
  const places = o.cast(o.reshape(indices, [count, depth]), 'int64');
  const slices =
    sizeOf(updates.shape) === 1
      ? o.expand(o.reshape(updates, []), [count, ...rest])
      : o.reshape(updates, [count, ...rest]);
  return o.scatterND(onto, places, slices, reduction);
}

/** Sums rows `[n, ...]` by segment as a product with the one-hot matrix; ids outside are dropped. */
const segmentSum: Lowering = ({ o }, { x, segmentIds }, { numSegments }) => {
  const segments = numSegments as number;
  const rest = x.shape.slice(segmentIds.shape.length);
  const rows = sizeOf(segmentIds.shape);
  const ids = o.reshape(segmentIds, [rows, 1]);
  const each = constant(
    Array.from({ length: segments }, (_, i) => i),
    'int32',
    [1, segments],
  );
  const member = o.cast(o.equal(ids, each), 'float32');
  const sums = o.gemm(member, o.cast(o.reshape(x, [rows, sizeOf(rest)]), 'float32'), true);
  return o.cast(o.reshape(sums, [segments, ...rest]), x.dtype);
};

/** Counts, or sums of weights, of the numbers 0 to size - 1. */
const bincount: Lowering = ({ o, refuse }, { x, weights }, { size, binaryOutput }) => {
  if (x.shape.length > 1) return refuse('of rank 2');
  const hot = o.equal(
    o.reshape(x, [sizeOf(x.shape), 1]),
    constant(
      Array.from({ length: size }, (_, i) => i),
      'int32',
      [1, size],
    ),
  );
  const dtype = weights?.dtype ?? 'int32';
  const member = o.cast(hot, dtype);
  const weighted =
    weights && sizeOf(weights.shape) > 0 && !binaryOutput
      ? o.mul(member, o.reshape(weights, [sizeOf(weights.shape), 1]))
      : member;
  return binaryOutput ? o.reduceMax(weighted, [0]) : o.reduceSum(weighted, [0]);
};

const oneHot: Lowering = ({ o }, { indices }, { depth, onValue, offValue, dtype }) => {
  const places = constant(
    Array.from({ length: depth }, (_, i) => i),
    'int32',
  );
  const hit = o.equal(o.reshape(o.cast(indices, 'int32'), [...indices.shape, 1]), places);
  const type = dtype ?? 'float32';
  if (onValue === 1 && offValue === 0) return o.cast(hit, type);
  return o.cast(o.where(hit, splat(onValue, 'float32'), splat(offValue, 'float32')), type);
};

const select: Lowering = ({ o }, { condition, t, e }) => {
  const dtype = t.dtype === e.dtype ? t.dtype : [t, e].some((x) => x.dtype === 'float32') ? 'float32' : 'int32';
  const rank = t.shape.length;
  const rows = condition.shape.length === 1 && rank > 1;
  const chosen = rows ? o.reshape(condition, [condition.shape[0], ...Array<number>(rank - 1).fill(1)]) : condition;
  const [yes, no] = [t, e].map((x) => o.cast(x, dtype === 'bool' ? 'uint8' : dtype)) as [Value, Value];
  return o.cast(o.where(o.cast(chosen, 'bool'), yes, no), dtype);
};

export const indexing: Kernels = {
  Bincount: bincount,
  DenseBincount: bincount,
  GatherNd: ({ o }, { params, indices }) => o.gatherND(params, o.cast(indices, 'int64')),
  GatherV2: gather,
  OneHot: oneHot,
  ScatterNd: ({ o }, { indices, updates }, { shape }) =>
    scatter(o, splat(0, updates.dtype, shape), indices, updates, 'add'),
  Select: select,
  SparseToDense: ({ o }, { sparseIndices, sparseValues, defaultValue }, { outputShape }) =>
    scatter(o, o.expand(o.reshape(defaultValue, []), outputShape), sparseIndices, sparseValues, 'none'),
  TensorScatterUpdate: ({ o }, { tensor, indices, updates }) => scatter(o, tensor, indices, updates, 'none'),
  UnsortedSegmentSum: segmentSum,
};
