import type { Value } from '../graph.js';
import { constant, sameShape, sizeOf, splat } from '../graph.js';
import type { Operators } from '../operators.js';
import type { Kernels, Lowering } from './lowering.js';
import { axesOf } from './lowering.js';

const range = (length: number): number[] => Array.from({ length }, (_, i) => i);

const fromFront = (axis: number, rank: number): number => (axis < 0 ? axis + rank : axis);

const sequence = (start: number, step: number, count: number): number[] => range(count).map((i) => start + i * step);

const insert = (shape: readonly number[], axis: number, length: number): number[] => [
  ...shape.slice(0, axis),
  length,
  ...shape.slice(axis),
];

const expandDims: Lowering = ({ o }, { input }, { dim }) => {
  const axis = fromFront(dim, input.shape.length + 1);
  return o.reshape(input, insert(input.shape, axis, 1));
};

const pack: Lowering = ({ o }, inputs, { axis }) => {
  const values = Object.values(inputs);
  const at = fromFront(axis, values[0].shape.length + 1);
  return o.concat(
    values.map((x) => o.reshape(x, insert(x.shape, at, 1))),
    at,
  );
};

const unpack: Lowering = ({ o }, { value }, { axis }) => {
  const at = axesOf(axis, value.shape.length)[0];
  const shape = value.shape.filter((_, i) => i !== at);
  return split(o, value, Array<number>(value.shape[at]).fill(1), at).map((x) => o.reshape(x, shape));
};

const split = (o: Operators, x: Value, sizes: readonly number[], axis: number): readonly Value[] =>
  sizes.length === 1 ? [x] : o.split(x, sizes, axis);

/** Mirrored parts are slices taken backwards, joined axis by axis. */
const mirrorPad: Lowering = ({ o }, { x }, { paddings, mode }) => {
  const skip = mode === 'reflect' ? 1 : 0;
  return (paddings as readonly (readonly [number, number])[]).reduce((value, [before, after], axis) => {
    const length = value.shape[axis];
    const part = (start: number, count: number): Value[] => {
      if (count === 0) return [];
      const begin = value.shape.map((_, i) => (i === axis ? start : 0));
      const size = value.shape.map((all, i) => (i === axis ? count : all));
      const step = value.shape.map((_, i) => (i === axis ? -1 : 1));
      return [o.slice(value, begin, size, step)];
    };
    const parts = [...part(before - 1 + skip, before), value, ...part(length - 1 - skip, after)];
    return parts.length === 1 ? value : o.concat(parts, axis);
  }, x);
};

const slice: Lowering = ({ o, tf }, { x }, { begin, size }) => {
  const [start, count] = tf.slice_util.parseSliceParams(x as never, begin, size) as unknown as [number[], number[]];
  return o.slice(x, start, count);
};

const stridedSlice: Lowering = ({ o, tf }, { x }, attributes) => {
  const a = attributes as Readonly<Record<string, unknown>>;
  const info = tf.slice_util.sliceInfo(
    [...x.shape],
    a['begin'] as number[],
    a['end'] as number[],
    a['strides'] as number[],
    a['beginMask'] as number,
    a['endMask'] as number,
    a['ellipsisMask'] as number,
    a['newAxisMask'] as number,
    a['shrinkAxisMask'] as number,
  );
  const count = info.begin.map((begin, axis) => Math.max(0, Math.ceil((info.end[axis] - begin) / info.strides[axis])));
  return o.reshape(o.slice(x, info.begin, count, info.strides), info.finalShape);
};

const reverse: Lowering = ({ o }, { x }, { dims }) => {
  const axes = axesOf(dims, x.shape.length).filter((axis) => x.shape[axis] > 1);
  const begin = x.shape.map((length, axis) => (axes.includes(axis) ? length - 1 : 0));
  const step = x.shape.map((_, axis) => (axes.includes(axis) ? -1 : 1));
  return o.slice(x, begin, x.shape, step);
};

const spaceToBatch: Lowering = ({ o, tf }, { x }, { blockShape, paddings }) => {
  const blocks = blockShape as readonly number[];
  const size = sizeOf(blocks);
  const full = range(x.shape.length).map((axis) => (paddings as readonly number[][])[axis - 1] ?? [0, 0]);
  const padded = o.pad(
    x,
    full.map(([before]) => before),
    full.map(([, after]) => after),
  );
  const { getReshaped, getPermuted, getReshapedPermuted } = tf.backend_util;
  const apart = getReshaped([...padded.shape], [...blocks], size, false);
  const perm = getPermuted(apart.length, blocks.length, false);
  return o.reshape(
    o.transpose(o.reshape(padded, apart), perm),
    getReshapedPermuted([...padded.shape], [...blocks], size, false),
  );
};

const batchToSpace: Lowering = ({ o, tf }, { x }, { blockShape, crops }) => {
  const blocks = blockShape as number[];
  const size = sizeOf(blocks);
  const backend = tf.backend_util;
  const apart = backend.getReshaped([...x.shape], blocks, size);
  const perm = backend.getPermuted(apart.length, blocks.length);
  const joined = o.reshape(
    o.transpose(o.reshape(x, apart), perm),
    backend.getReshapedPermuted([...x.shape], blocks, size),
  );
  const cut = range(joined.shape.length).map((axis) => (crops as readonly number[][])[axis - 1] ?? [0, 0]);
  return o.slice(
    joined,
    cut.map(([before]) => before),
    joined.shape.map((length, axis) => length - cut[axis][0] - cut[axis][1]),
  );
};

const depthToSpace: Lowering = ({ o }, { x }, { blockSize, dataFormat }) => {
  const block = blockSize as number;
  if (dataFormat === 'NCHW') {
    const [n, c, h, w] = x.shape as [number, number, number, number];
    const apart = o.reshape(x, [n, block, block, c / block ** 2, h, w]);
    return o.reshape(o.transpose(apart, [0, 3, 4, 1, 5, 2]), [n, c / block ** 2, h * block, w * block]);
  }
  const [n, h, w, c] = x.shape as [number, number, number, number];
  const apart = o.reshape(x, [n, h, w, block, block, c / block ** 2]);
  return o.reshape(o.transpose(apart, [0, 1, 3, 2, 4, 5]), [n, h * block, w * block, c / block ** 2]);
};

/** Kernels that only move or repeat elements. */
export const rearrangements: Kernels = {
  BatchToSpaceND: batchToSpace,
  BroadcastTo: ({ o }, { x }, { shape }) => o.expand(x, shape),
  DepthToSpace: depthToSpace,
  ExpandDims: expandDims,
  MirrorPad: mirrorPad,
  Reshape: ({ o, tf }, { x }, { shape }) => {
    const wanted = tf.util.inferFromImplicitShape(shape, sizeOf(x.shape));
    return sameShape(wanted, x.shape) ? x : o.reshape(x, wanted);
  },
  Reverse: reverse,
  Slice: slice,
  SplitV: ({ o, tf }, { x }, { numOrSizeSplits, axis }) => {
    const at = axesOf(axis, x.shape.length)[0];
    return split(o, x, tf.backend_util.prepareSplitSize(x as never, numOrSizeSplits, at), at);
  },
  StridedSlice: stridedSlice,
  Tile: ({ o }, { x }, { reps }) => o.tile(x, reps),
  Transpose: ({ o }, { x }, { perm }) => o.transpose(x, perm),
  Unpack: unpack,
};

export const shapes: Kernels = {
  ...rearrangements,
  Concat: ({ o }, inputs, { axis }) => {
    const values = Object.values(inputs);
    const at = axesOf(axis, values[0].shape.length)[0];
    const filled = values.filter((x) => sizeOf(x.shape) > 0);
    if (filled.length > 1) return o.concat(filled, at);
    return filled[0] ?? o.concat(values, at);
  },
  Diag: ({ o }, { x }) => {
    const size = sizeOf(x.shape);
    const identity = constant(
      range(size * size).map((i) => (i % (size + 1) === 0 ? 1 : 0)),
      x.dtype,
      [size, size],
    );
    return o.reshape(o.mul(identity, o.reshape(x, [size])), [...x.shape, ...x.shape]);
  },
  Fill: (_, _inputs, { shape, value, dtype }) => splat(Number(value), dtype ?? 'float32', [...(shape as number[])]),
  LinSpace: (_, _inputs, { start, stop, num }) =>
    constant(sequence(start, ((stop as number) - start) / ((num as number) - 1), num), 'float32'),
  Pack: pack,
  PadV2: ({ o }, { x }, { paddings, constantValue }) =>
    o.pad(
      x,
      (paddings as number[][]).map(([before]) => before),
      (paddings as number[][]).map(([, after]) => after),
      constantValue,
    ),
  Range: (_, _inputs, { start, stop, step, dtype }) =>
    constant(sequence(start, step, Math.max(0, Math.ceil(((stop as number) - start) / step))), dtype ?? 'float32'),
  SpaceToBatchND: spaceToBatch,
};
