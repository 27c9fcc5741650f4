import type { Node, Value, Windows } from '../graph.js';
import { constant, splat, windowsOfNode } from '../graph.js';
import type { Operators } from '../operators.js';
import type { Attributes, Context, Kernels, Lowering } from './lowering.js';
import { within } from './lowering.js';
import { attributesOf, overlapAdd, tiles, toNCHW, toNHWC, views } from './window.js';

function windowsOf({ tf }: Context, shape: readonly number[], attributes: Attributes): Windows {
  const { filterSize, strides, pad, dimRoundingMode } = attributes;
  return tf.backend_util.computePool2DInfo(
    shape as [number, number, number, number],
    filterSize,
    strides,
    1,
    pad,
    dimRoundingMode,
  );
}

const isTrivial = (w: Windows): boolean =>
  w.filterHeight * w.filterWidth === 1 && w.inHeight === w.outHeight && w.inWidth === w.outWidth;

/** Cuts off the last rows and columns if they are in no window. */
export const crop = (o: Operators, x: Value, w: Windows): Value =>
  o.slice(x, [0, 0, 0, 0], [w.batchSize, w.outHeight * w.strideHeight, w.outWidth * w.strideWidth, w.inChannels]);

/** Puts the rows and columns that `crop` cut off back, as zeros. */
export function uncrop(o: Operators, x: Value, w: Windows): Value {
  const [, height, width] = x.shape as [number, number, number, number];
  if (height === w.inHeight && width === w.inWidth) return x;
  return o.pad(x, [0, 0, 0, 0], [0, w.inHeight - height, w.inWidth - width, 0]);
}

/**
 * Of windows that tile the image: its pixels by their column within the window, `[n·inHeight·outWidth, 1, c]` each, and the
 * largest of those by their row, `[n·outHeight, 1, outWidth·c]` each.
 */
function tileViews(o: Operators, x: Value, w: Windows): { columns: readonly Value[]; rows: readonly Value[] } {
  const columnShape = [w.batchSize * w.outHeight * w.filterHeight * w.outWidth, w.filterWidth, w.inChannels];
  const rowShape = [w.batchSize * w.outHeight, w.filterHeight, w.outWidth * w.inChannels];
  const columns = split(o, o.reshape(crop(o, x, w), columnShape), 1);
  return { columns, rows: split(o, o.reshape(largest(o, columns), rowShape), 1) };
}

const split = (o: Operators, x: Value, axis: number): readonly Value[] =>
  x.shape[axis] === 1 ? [x] : o.split(x, Array<number>(x.shape[axis]).fill(1), axis);

const join = (o: Operators, values: readonly Value[], axis: number): Value =>
  values.length === 1 ? values[0] : o.concat(values, axis);

const largest = (o: Operators, values: readonly Value[]): Value => values.reduce((best, x) => o.max(best, x));

const outShape = (w: Windows) => [w.batchSize, w.outHeight, w.outWidth, w.inChannels];

function expandMaxPool(o: Operators, x: Value, w: Windows): Value {
  if (tiles(w)) return o.reshape(largest(o, tileViews(o, x, w).rows), outShape(w));
  return toNHWC(o, maxPoolChannelsFirst(o, toNCHW(o, x), w));
}

/** The pool of images `[n,c,h,w]`. */
export const maxPoolChannelsFirst = (o: Operators, x: Value, w: Windows): Value =>
  o.maxPool(x, [w.batchSize, w.inChannels, w.outHeight, w.outWidth], attributesOf(w));

/** Shares `d` out to the first of `values` that is the largest; the others get zero. */
function toFirstLargest(o: Operators, values: readonly Value[], d: Value): Value[] {
  let rest = d;
  return values.map((x, i) => {
    if (i === values.length - 1) return rest;
    const wins = o.cast(o.greaterOrEqual(x, largest(o, values.slice(i + 1))), 'float32');
    const share = o.mul(rest, wins);
    rest = o.sub(rest, share);
    return share;
  });
}

/** For tiles: each window's gradient goes to the first row with the maximum, there to the first column with it. */
function tiledMaxPoolGradient(o: Operators, x: Value, dy: Value, w: Windows): Value {
  const { columns, rows } = tileViews(o, x, w);
  const perRow = toFirstLargest(o, rows, o.reshape(dy, rows[0].shape));
  const perColumn = toFirstLargest(o, columns, o.reshape(join(o, perRow, 1), columns[0].shape));
  const image = [w.batchSize, w.outHeight * w.filterHeight, w.outWidth * w.filterWidth, w.inChannels];
  return uncrop(o, o.reshape(join(o, perColumn, 1), image), w);
}

/** For windows that overlap or reach over the edge, padding must never win. */
function expandMaxPoolGrad(o: Operators, x: Value, y: Value, dy: Value, w: Windows): Value {
  if (tiles(w)) return tiledMaxPoolGradient(o, x, dy, w);
  const inside = views(o, splat(1, 'float32', x.shape), w);
  const zero = splat(0, 'float32');
  let taken: Value | undefined;
  const parts = views(o, x, w).map((view, i) => {
    const hit = o.and(o.equal(view, y), o.greater(inside[i], zero));
    const first = taken ? o.and(hit, o.not(taken)) : hit;
    taken = taken ? o.or(taken, hit) : hit;
    return o.where(first, dy, zero);
  });
  return overlapAdd(o, parts, w);
}

/** How many pixels of the image each window covers, `[1,outHeight,outWidth,1]`. */
function coverage(w: Windows): Value {
  const along = (out: number, stride: number, filter: number, before: number, length: number) =>
    Array.from({ length: out }, (_, i) => {
      const start = i * stride - before;
      return Math.min(length, start + filter) - Math.max(0, start);
    });
  const rows = along(w.outHeight, w.strideHeight, w.filterHeight, w.padInfo.top, w.inHeight);
  const columns = along(w.outWidth, w.strideWidth, w.filterWidth, w.padInfo.left, w.inWidth);
  return constant(
    rows.flatMap((row) => columns.map((column) => row * column)),
    'float32',
    [1, w.outHeight, w.outWidth, 1],
  );
}

function avgPool(o: Operators, x: Value, w: Windows): Value {
  if (tiles(w)) {
    const shape = [w.batchSize, w.outHeight, w.filterHeight, w.outWidth, w.filterWidth, w.inChannels];
    return o.reduceMean(o.reshape(crop(o, x, w), shape), [2, 4]);
  }
  const sums = views(o, x, w).reduce((total, view) => o.add(total, view));
  return o.div(sums, coverage(w));
}

function avgPoolGradient(o: Operators, dy: Value, w: Windows): Value {
  // tfjs divides by the size of the window, also where it reaches over the edge.
  const share = o.mul(dy, splat(1 / (w.filterHeight * w.filterWidth), 'float32'));
  if (!tiles(w)) return overlapAdd(o, Array<Value>(w.filterHeight * w.filterWidth).fill(share), w);
  const apart = [w.batchSize, w.outHeight, 1, w.outWidth, 1, w.inChannels];
  const spread = [w.batchSize, w.outHeight, w.filterHeight, w.outWidth, w.filterWidth, w.inChannels];
  const image = [w.batchSize, w.outHeight * w.filterHeight, w.outWidth * w.filterWidth, w.inChannels];
  return uncrop(o, o.reshape(o.expand(o.reshape(share, apart), spread), image), w);
}

/**
 * Pools and their gradients stay whole until graphs have been simplified: what goes through them can then still be seen.
 * -> [n,outHeight,outWidth,c]
 */
export const maxPool = (o: Operators, x: Value, windows: Windows): Value =>
  o.one('twinspec.MaxPool', [x], outShape(windows), 'float32', { windows: { windows } });

/** The gradient of a pool at `x`, where its result was `y`, for the gradient `dy` of that. */
export const maxPoolGrad = (o: Operators, x: Value, y: Value, dy: Value, windows: Windows): Value =>
  o.one('twinspec.MaxPoolGrad', [x, y, dy], x.shape, 'float32', { windows: { windows } });

/** Writes a pool or its gradient in operators of ONNX; undefined for any other node. */
export function expandPool(o: Operators, node: Node): Value | undefined {
  const [x, y, dy] = node.inputs as readonly Value[];
  switch (node.op) {
    case 'twinspec.MaxPool':
      return expandMaxPool(o, x, windowsOfNode(node));
    case 'twinspec.MaxPoolGrad':
      return expandMaxPoolGrad(o, x, y, dy, windowsOfNode(node));
    default:
      return undefined;
  }
}

const pool =
  (f: (o: Operators, x: Value, w: Windows) => Value): Lowering =>
  (context, { x }, attributes) => {
    const w = windowsOf(context, x.shape, attributes);
    if (isTrivial(w)) return x;
    return within(context.o, 'float32', [x], (y) => f(context.o, y, w));
  };

export const pools: Kernels = {
  AvgPool: pool(avgPool),
  AvgPoolGrad: (context, { dy, input }, attributes) =>
    avgPoolGradient(context.o, dy, windowsOf(context, input.shape, attributes)),
  MaxPool: pool(maxPool),
  MaxPoolGrad: (context, { dy, input, output }, attributes) => {
    const w = windowsOf(context, input.shape, attributes);
    return maxPoolGrad(context.o, input, output, dy, w);
  },
};
