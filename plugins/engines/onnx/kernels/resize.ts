import type { Value } from '../graph.js';
import { constant } from '../graph.js';
import type { Operators } from '../operators.js';
import type { Attributes, Kernels, Lowering } from './lowering.js';

type Image = readonly [number, number, number, number];

/** For each of `to` resized pixels along one axis, where among the `from` pixels of the image it is sampled. */
type Sampling = (from: number, to: number, attributes: Attributes) => number[];

const range = (length: number): number[] => Array.from({ length }, (_, i) => i);

const ratio = (from: number, to: number, { alignCorners }: Attributes): number =>
  alignCorners && to > 1 ? (from - 1) / (to - 1) : from / to;

const nearest: Sampling = (from, to, attributes) => {
  const { alignCorners, halfPixelCenters } = attributes;
  const scale = ratio(from, to, attributes);
  return range(to)
    .map((i) => scale * (halfPixelCenters ? i + 0.5 : i))
    .map((position) => Math.min(from - 1, alignCorners ? Math.round(position) : Math.floor(position)));
};

const linear: Sampling = (from, to, attributes) => {
  const { halfPixelCenters } = attributes;
  const scale = ratio(from, to, attributes);
  return range(to)
    .map((i) => (halfPixelCenters ? scale * (i + 0.5) - 0.5 : scale * i))
    .map((position) => Math.min(from - 1, Math.max(0, position)));
};

/** Where rows, then columns, of images of one shape are sampled for those of another. */
const positionsOf = (sampling: Sampling, from: Value, [height, width]: readonly number[], attributes: Attributes) => [
  sampling(from.shape[1], height, attributes),
  sampling(from.shape[2], width, attributes),
];

/** The weight of each of `length` pixels in each sample, 1 - |their distance| at least 0: `[samples, length]`. */
const weights = (positions: readonly number[], length: number): Value =>
  constant(
    positions.flatMap((position) => range(length).map((pixel) => Math.max(0, 1 - Math.abs(position - pixel)))),
    'float32',
    [positions.length, length],
  );

/** Images `[n,h,w,c]` times `[height,h]` along their rows and `[width,w]` along their columns. -> `[n,height,width,c]` */
function product(o: Operators, images: Value, rows: Value, columns: Value): Value {
  const [n, h, w, c] = images.shape as Image;
  const [[height], [width]] = [rows.shape, columns.shape];
  const wide = o.matMul(columns, o.reshape(images, [n * h, w, c])); // [n·h, width, c]
  return o.reshape(o.matMul(rows, o.reshape(wide, [n, h, width * c])), [n, height, width, c]);
}

/** A resize is linear in its images: its gradient is the product with the transposed weights. */
const gradient =
  (sampling: Sampling): Lowering =>
  ({ o }, { dy, images }, attributes) => {
    const [rows, columns] = positionsOf(sampling, images, dy.shape.slice(1, 3), attributes);
    const transposed = (positions: readonly number[], length: number) =>
      o.transpose(weights(positions, length), [1, 0]);
    return product(o, dy, transposed(rows, images.shape[1]), transposed(columns, images.shape[2]));
  };

export const resizes: Kernels = {
  ResizeBilinear: ({ o }, { images }, attributes) => {
    const [rows, columns] = positionsOf(linear, images, attributes['size'], attributes);
    const floats = o.cast(images, 'float32');
    return product(o, floats, weights(rows, images.shape[1]), weights(columns, images.shape[2]));
  },
  ResizeBilinearGrad: gradient(linear),
  ResizeNearestNeighbor: ({ o }, { images }, attributes) => {
    const [rows, columns] = positionsOf(nearest, images, attributes['size'], attributes);
    return o.gather(o.gather(images, constant(columns, 'int32'), 2), constant(rows, 'int32'), 1);
  },
  ResizeNearestNeighborGrad: gradient(nearest),
};
