import type { Value, Windows } from '../graph.js';
import type { Operators } from '../operators.js';
import { convolutions } from './convolution.js';
import type { Attributes, Context, Inputs, Kernels, Lowering } from './lowering.js';
import { within } from './lowering.js';
import { pools } from './pooling.js';
import { overlapAdd, views } from './window.js';

type Triple = readonly [number, number, number];
type Volume = readonly [number, number, number, number, number];

const triple = (size: number | Triple): Triple => (typeof size === 'number' ? [size, size, size] : size);

/** Volumes `[n,d,h,w,c]` as images `[n·d,h,w,c]`. */
function planes(o: Operators, x: Value): Value {
  const [n, d, h, w, c] = x.shape as Volume;
  return o.reshape(x, [n * d, h, w, c]);
}

/** Volumes `[n,d,h,w,c]` as images `[n,d,h·w,c]`, of which a row is a plane. */
function rows(o: Operators, x: Value): Value {
  const [n, d, h, w, c] = x.shape as Volume;
  return o.reshape(x, [n, d, h * w, c]);
}

/** Padding along the depth alone. */
const padDepth = (pad: 'same' | 'valid' | number) =>
  typeof pad === 'number'
    ? [
        [0, 0],
        [pad, pad],
        [0, 0],
        [0, 0],
      ]
    : pad;

/** Runs a kernel for images with the attributes that tfjs would give it. */
const run = (kernel: Lowering, context: Context, inputs: Inputs, attributes: Readonly<Record<string, unknown>>) =>
  kernel(context, inputs, attributes as Attributes) as Value;

/** Where strides are longer than windows, tfjs may pad by less than nothing and skip the first pixels; TensorFlow does not. */
function refuseSkips({ tf, refuse }: Context, x: Volume, filter: Volume, attributes: Attributes): void {
  const { strides, dilations, pad } = attributes;
  const { padInfo } = tf.backend_util.computeConv3DInfo([...x], [...filter], strides, dilations ?? 1, pad);
  if (Math.min(padInfo.front, padInfo.top, padInfo.left) < 0) {
    refuse("with strides longer than its windows and the padding 'same'");
  }
}

/** A pool within planes, then one along the depth: with each, the volumes that it gives. */
function poolInSteps(context: Context, kernel: 'MaxPool' | 'AvgPool', x: Value, attributes: Attributes) {
  const { o } = context;
  const [n, d, , , c] = x.shape as Volume;
  const [filterDepth, ...filterPlane] = triple(attributes['filterSize']);
  refuseSkips(context, x.shape as Volume, [filterDepth, ...filterPlane, c, c], attributes);
  const [strideDepth, ...stridePlane] = triple(attributes['strides']);
  const inPlanes = { ...attributes, filterSize: filterPlane, strides: stridePlane };
  const alongDepth = {
    ...attributes,
    filterSize: [filterDepth, 1],
    strides: [strideDepth, 1],
    pad: padDepth(attributes['pad']),
  };
  const pooled = run(pools[kernel], context, { x: planes(o, x) }, inPlanes);
  const [, height, width] = pooled.shape as readonly [number, number, number, number];
  const middle = o.reshape(pooled, [n, d, height, width, c]);
  const columns = run(pools[kernel], context, { x: rows(o, middle) }, alongDepth);
  const y = o.reshape(columns, [n, columns.shape[1], height, width, c]);
  return { inPlanes, middle, alongDepth, y };
}

const pool =
  (kernel: 'MaxPool' | 'AvgPool'): Lowering =>
  (context, { x }, attributes) =>
    within(context.o, 'float32', [x], (volumes) => poolInSteps(context, kernel, volumes, attributes).y);

/** Of equal maxima the first has the gradient, as in images; tfjs gives it to the last. */
const poolGradient =
  (kernel: 'MaxPool' | 'AvgPool'): Lowering =>
  (context, { dy, input }, attributes) => {
    const { o } = context;
    const { inPlanes, middle, alongDepth, y } = poolInSteps(context, kernel, input, attributes);
    const step = (view: typeof planes, x: Value, result: Value, d: Value, stepAttributes: Record<string, unknown>) => {
      const inputs = { dy: view(o, d), input: view(o, x), output: view(o, result) };
      return o.reshape(run(pools[`${kernel}Grad`], context, inputs, stepAttributes), x.shape);
    };
    return step(planes, input, middle, step(rows, middle, y, dy, alongDepth), inPlanes);
  };

/**
 * A convolution of volumes as one of images: each plane has as channels those of all planes that the filter
 * `[filterDepth,filterHeight,filterWidth,c,outChannels]` sees along the depth.
 */
function asImages(context: Context, shape: Volume, filterShape: Volume, attributes: Attributes) {
  refuseSkips(context, shape, filterShape, attributes);
  const { tf, o } = context;
  const [n, d, h, w, c] = shape;
  const [filterDepth, filterHeight, filterWidth, , outChannels] = filterShape;
  const [strideDepth, ...strides] = triple(attributes['strides']);
  const [dilationDepth, ...dilations] = triple(attributes['dilations'] ?? 1);
  const depth: Windows = tf.backend_util.computeConv2DInfo(
    [n, d, h * w, c],
    [filterDepth, 1, c, c],
    [strideDepth, 1],
    [dilationDepth, 1],
    padDepth(attributes['pad']) as never,
  );
  const imageShape = [n * depth.outHeight, h, w, filterDepth * c];
  const imageFilterShape = [filterHeight, filterWidth, filterDepth * c, outChannels];
  return {
    attributes: { ...attributes, strides, dilations, dataFormat: 'NHWC' },
    imageShape,
    imageFilterShape,
    /** `[n·outDepth, h, w, filterDepth·c]` */
    images: (x: Value): Value => o.reshape(o.concat(views(o, rows(o, x), depth), 3), imageShape),
    /** The adjoint of `images`. */
    volumes(images: Value): Value {
      const along = o.reshape(images, [n, depth.outHeight, h * w, filterDepth * c]);
      const parts = o.split(along, Array<number>(filterDepth).fill(c), 3);
      return o.reshape(overlapAdd(o, parts, depth), [n, d, h, w, c]);
    },
    filter: (filter: Value): Value => o.reshape(o.transpose(filter, [1, 2, 0, 3, 4]), imageFilterShape),
    /** The adjoint of `filter`. */
    filterOfVolumes(filter: Value): Value {
      const apart = o.reshape(filter, [filterHeight, filterWidth, filterDepth, c, outChannels]);
      return o.transpose(apart, [2, 0, 1, 3, 4]);
    },
    result: (images: Value): Value => o.reshape(images, [n, depth.outHeight, ...images.shape.slice(1)]),
  };
}

export const volumes: Kernels = {
  AvgPool3D: pool('AvgPool'),
  AvgPool3DGrad: poolGradient('AvgPool'),
  Conv3D: (context, { x, filter }, attributes) => {
    const view = asImages(context, x.shape as Volume, filter.shape as Volume, attributes);
    const inputs = { x: view.images(x), filter: view.filter(filter) };
    return view.result(run(convolutions['Conv2D'], context, inputs, view.attributes));
  },
  Conv3DBackpropFilterV2: (context, { x, dy }, attributes) => {
    const view = asImages(context, x.shape as Volume, attributes['filterShape'], attributes);
    const inputs = { x: view.images(x), dy: planes(context.o, dy) };
    const imageAttributes = { ...view.attributes, filterShape: view.imageFilterShape };
    return view.filterOfVolumes(run(convolutions['Conv2DBackpropFilter'], context, inputs, imageAttributes));
  },
  Conv3DBackpropInputV2: (context, { dy, filter }, attributes) => {
    const view = asImages(context, attributes['inputShape'], filter.shape as Volume, attributes);
    const inputs = { dy: planes(context.o, dy), filter: view.filter(filter) };
    const imageAttributes = { ...view.attributes, inputShape: view.imageShape };
    return view.volumes(run(convolutions['Conv2DBackpropInput'], context, inputs, imageAttributes));
  },
  MaxPool3D: pool('MaxPool'),
  MaxPool3DGrad: poolGradient('MaxPool'),
};
