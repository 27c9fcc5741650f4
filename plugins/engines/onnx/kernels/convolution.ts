import type { Node, Value, Windows } from '../graph.js';
import { constant, windowsOfNode } from '../graph.js';
import type { Tf } from '../internals.js';
import type { Operators } from '../operators.js';
import type { Attributes, Context, Inputs, Kernels, Lowering } from './lowering.js';
import { finish } from './matmul.js';
import { attributesOf, col2Im, padding, padImage, pixelsSeen, toNCHW, toNHWC, views } from './window.js';

type Image = readonly [number, number, number, number];

function windowsOf(
  tf: Tf,
  imageShape: readonly number[],
  filterShape: readonly number[],
  attributes: Attributes,
  depthwise = false,
): Windows {
  const { strides, pad, dilations, dimRoundingMode } = attributes;
  return tf.backend_util.computeConv2DInfo(
    imageShape as unknown as [number, number, number, number],
    filterShape as unknown as [number, number, number, number],
    strides,
    dilations ?? 1,
    pad,
    dimRoundingMode,
    depthwise,
  );
}

const isChannelsFirst = (attributes: Attributes): boolean => attributes['dataFormat'] === 'NCHW';

/** Runs a lowering written for `[n,h,w,c]` on images of the layout that the attributes name. */
function inNHWC(
  o: Operators,
  images: readonly Value[],
  attributes: Attributes,
  f: (...images: Value[]) => Value,
): Value {
  if (!isChannelsFirst(attributes)) return f(...images);
  return toNCHW(o, f(...images.map((x) => toNHWC(o, x))));
}

/** The pass that takes the columns. To gather them again for the gradient costs less than to keep them till then. */
type Taker = 'forward' | 'gradient';

/** `[n·outHeight·outWidth, filterHeight·filterWidth·c]`: one row of pixels for each window. */
function im2col(o: Operators, x: Value, w: Windows, taker: Taker): Value {
  const padded = padImage(o, x, w);
  const [n, height, width, channels] = padded.shape as Image;
  const numbers = pixelsSeen(w, width);
  // Of another shape for each taker, so that they are not computed in common.
  const shape = taker === 'forward' ? [numbers.length] : [w.outHeight * w.outWidth, w.filterHeight * w.filterWidth];
  const pixels = o.gather(o.reshape(padded, [n, height * width, channels]), constant(numbers, 'int32', shape), 1);
  return o.reshape(pixels, [n * w.outHeight * w.outWidth, w.filterHeight * w.filterWidth * channels]);
}

/** The same, transposed: cheaper to gather where pixels have few channels. */
function im2row(o: Operators, x: Value, w: Windows): Value {
  const seen = views(o, o.reshape(x, [...x.shape.slice(0, 3), 1]), w).map((view) =>
    o.reshape(view, [1, w.batchSize * w.outHeight * w.outWidth]),
  );
  return seen.length === 1 ? seen[0] : o.concat(seen, 0);
}

const columnsOf = (o: Operators, x: Value, w: Windows, taker: Taker): { columns: Value; transposed: boolean } =>
  w.inChannels === 1
    ? { columns: im2row(o, x, w), transposed: true }
    : { columns: im2col(o, x, w, taker), transposed: false };

/** Convolutions stay whole until it can be seen how they are best computed. -> [n,outHeight,outWidth,outChannels] */
export function convolve(o: Operators, x: Value, filter: Value, windows: Windows): Value {
  const { batchSize, outHeight, outWidth, outChannels } = windows;
  const shape = [batchSize, outHeight, outWidth, outChannels];
  return o.one('twinspec.Conv2D', [x, filter], shape, 'float32', { windows: { windows } });
}

/** The gradient at the filter [h,w,c,outChannels], for the gradient `dy` of the result. */
export function filterGradient(o: Operators, x: Value, dy: Value, windows: Windows): Value {
  const { filterHeight, filterWidth, inChannels, outChannels } = windows;
  const shape = [filterHeight, filterWidth, inChannels, outChannels];
  return o.one('twinspec.Conv2DFilterGradient', [x, dy], shape, 'float32', { windows: { windows } });
}

/** The gradient at the images, for the gradient `dy` of the result. */
function inputGradient(o: Operators, dy: Value, filter: Value, windows: Windows): Value {
  const { batchSize, inHeight, inWidth, inChannels } = windows;
  const shape = [batchSize, inHeight, inWidth, inChannels];
  return o.one('twinspec.Conv2DInputGradient', [dy, filter], shape, 'float32', { windows: { windows } });
}

/**
 * Writes a convolution or one of its gradients in operators of ONNX; undefined for any other node. `sharesColumns`: whether
 * the filter's gradient takes the same columns; without it, the operator for images with channels first takes half the time.
 */
export function expandConvolution(o: Operators, node: Node, sharesColumns: boolean): Value | undefined {
  const [x, y] = node.inputs as readonly Value[];
  switch (node.op) {
    case 'twinspec.Conv2D': {
      const w = windowsOfNode(node);
      const isProduct = w.filterHeight * w.filterWidth === 1;
      return sharesColumns || isProduct ? convolveByColumns(o, x, y, w) : convolveChannelsFirst(o, x, y, w);
    }
    case 'twinspec.Conv2DFilterGradient':
      return filterGradientByColumns(o, x, y, windowsOfNode(node));
    case 'twinspec.Conv2DInputGradient':
      return inputGradientByColumns(o, x, y, windowsOfNode(node));
    default:
      return undefined;
  }
}

function convolveChannelsFirst(o: Operators, x: Value, filter: Value, w: Windows): Value {
  const { bottom, right } = padding(w);
  // ONNX puts a window wherever one fits, so what no window is to see must go.
  const seen = [w.batchSize, w.inHeight + Math.min(0, bottom), w.inWidth + Math.min(0, right), w.inChannels];
  const shape: Image = [w.batchSize, w.outChannels, w.outHeight, w.outWidth];
  const images = toNCHW(
    o,
    o.slice(x, [0, 0, 0, 0], bottom <= -w.strideHeight || right <= -w.strideWidth ? seen : x.shape),
  );
  return toNHWC(o, o.conv(images, o.transpose(filter, [3, 2, 0, 1]), shape, attributesOf(w)));
}

function convolveByColumns(o: Operators, x: Value, filter: Value, w: Windows): Value {
  const { columns, transposed } = columnsOf(o, x, w, 'forward');
  const weights = o.reshape(filter, [w.filterHeight * w.filterWidth * w.inChannels, w.outChannels]);
  const product = o.gemm(columns, weights, transposed);
  return o.reshape(product, [w.batchSize, w.outHeight, w.outWidth, w.outChannels]);
}

function filterGradientByColumns(o: Operators, x: Value, dy: Value, w: Windows): Value {
  const { columns, transposed } = columnsOf(o, x, w, 'gradient');
  const rows = o.reshape(dy, [w.batchSize * w.outHeight * w.outWidth, w.outChannels]);
  const gradient = o.gemm(columns, rows, !transposed);
  return o.reshape(gradient, [w.filterHeight, w.filterWidth, w.inChannels, w.outChannels]);
}

function inputGradientByColumns(o: Operators, dy: Value, filter: Value, w: Windows): Value {
  const places = w.outHeight * w.outWidth;
  const weights = o.reshape(o.transpose(filter, [2, 0, 1, 3]), [
    w.inChannels * w.filterHeight * w.filterWidth,
    w.outChannels,
  ]);
  const pixels = o.transpose(o.reshape(dy, [w.batchSize, places, w.outChannels]), [0, 2, 1]);
  return toNHWC(o, col2Im(o, o.matMul(weights, pixels), w));
}

/** Filters `[h,w,c,m]` as ONNX wants them for one group a channel: `[c·m,1,h,w]`. */
const groupedFilter = (o: Operators, filter: Value, w: Windows): Value =>
  o.reshape(o.transpose(filter, [2, 3, 0, 1]), [w.outChannels, 1, w.filterHeight, w.filterWidth]);

function depthwise(o: Operators, x: Value, filter: Value, w: Windows): Value {
  const shape: Image = [w.batchSize, w.outChannels, w.outHeight, w.outWidth];
  const attributes = { ...attributesOf(w), group: w.inChannels };
  return toNHWC(o, o.conv(toNCHW(o, x), groupedFilter(o, filter, w), shape, attributes));
}

function depthwiseInputGradient(o: Operators, dy: Value, filter: Value, w: Windows): Value {
  const { bottom, right } = padding(w);
  const image = o.convTranspose(
    toNCHW(o, dy),
    groupedFilter(o, filter, w),
    [w.batchSize, w.inChannels, w.inHeight, w.inWidth],
    { ...attributesOf(w), group: w.inChannels, output_padding: [Math.max(0, -bottom), Math.max(0, -right)] },
  );
  return toNHWC(o, image);
}

function depthwiseFilterGradient(o: Operators, x: Value, dy: Value, w: Windows): Value {
  const multiplier = w.outChannels / w.inChannels;
  const places = [w.batchSize, w.outHeight, w.outWidth];
  const errors = o.reshape(dy, [...places, w.inChannels, multiplier]);
  const taps = views(o, x, w).map((view) =>
    o.reduceSum(o.mul(o.reshape(view, [...places, w.inChannels, 1]), errors), [0, 1, 2]),
  ); // each [c, m]
  const joined = taps.length === 1 ? taps[0] : o.concat(taps, 0);
  return o.reshape(joined, [w.filterHeight, w.filterWidth, w.inChannels, multiplier]);
}

const conv2D = ({ tf, o }: Context, { x, filter }: Inputs, attributes: Attributes): Value =>
  inNHWC(o, [x], attributes, (image) =>
    convolve(o, image, filter, windowsOf(tf, image.shape, filter.shape, attributes)),
  );

const depthwiseConv2D = ({ tf, o }: Context, { x, filter }: Inputs, attributes: Attributes): Value =>
  depthwise(o, x, filter, windowsOf(tf, x.shape, filter.shape, attributes, true));

/** A bias or slope of one number a channel, for images of the layout that the attributes name. */
function perChannel(o: Operators, inputs: Inputs, attributes: Attributes): Inputs {
  if (!isChannelsFirst(attributes)) return inputs;
  const spread = (x: Value): Value => (x.shape.length === 1 && x.shape[0] !== 1 ? o.reshape(x, [x.shape[0], 1, 1]) : x);
  return Object.fromEntries(
    Object.entries(inputs).map(([name, x]) => [
      name,
      ['bias', 'preluActivationWeights'].includes(name) ? spread(x) : x,
    ]),
  );
}

const fused =
  (convolution: (context: Context, inputs: Inputs, attributes: Attributes) => Value): Lowering =>
  (context, inputs, attributes) =>
    finish(context, convolution(context, inputs, attributes), perChannel(context.o, inputs, attributes), attributes);

/** Image shapes as attributes give them, in the order n, h, w, c. */
const shapeNHWC = (shape: Image, attributes: Attributes): Image =>
  isChannelsFirst(attributes) ? [shape[0], shape[2], shape[3], shape[1]] : shape;

export const convolutions: Kernels = {
  Conv2D: conv2D,
  Conv2DBackpropFilter: ({ tf, o }, { x, dy }, attributes) => {
    const [image, errors] = isChannelsFirst(attributes) ? [toNHWC(o, x), toNHWC(o, dy)] : [x, dy];
    return filterGradient(o, image, errors, windowsOf(tf, image.shape, attributes['filterShape'], attributes));
  },
  Conv2DBackpropInput: ({ tf, o }, { dy, filter }, attributes) =>
    inNHWC(o, [dy], attributes, (errors) => {
      const shape = shapeNHWC(attributes['inputShape'], attributes);
      return inputGradient(o, errors, filter, windowsOf(tf, shape, filter.shape, attributes));
    }),
  DepthwiseConv2dNative: depthwiseConv2D,
  DepthwiseConv2dNativeBackpropFilter: ({ tf, o }, { x, dy }, attributes) =>
    depthwiseFilterGradient(o, x, dy, windowsOf(tf, x.shape, attributes['filterShape'], attributes, true)),
  DepthwiseConv2dNativeBackpropInput: ({ tf, o }, { dy, filter }, attributes) =>
    depthwiseInputGradient(o, dy, filter, windowsOf(tf, attributes['inputShape'], filter.shape, attributes, true)),
  FusedConv2D: fused(conv2D),
  FusedDepthwiseConv2D: fused(depthwiseConv2D),
};
