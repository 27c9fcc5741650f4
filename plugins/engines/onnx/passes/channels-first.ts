import type { Node, Value } from '../graph.js';
import { sameShape, sizeOf, windowsOfNode } from '../graph.js';
import { maxPoolChannelsFirst } from '../kernels/pooling.js';
import { toNHWC } from '../kernels/window.js';
import type { Operators } from '../operators.js';
import { rewrite, type Pass, type Rewriting } from './rewrite.js';

/**
 * Leaves images that a convolution gave with channels first in that order for pools and for what works number by number, so
 * that the transpositions between it and the next convolution meet and cancel. Lets the convolution add its bias.
 */
export const channelsFirst: Pass = {
  name: 'channels-first',
  run: (graph) =>
    rewrite(graph, (node, rewriting) => {
      const value = node.op === 'twinspec.MaxPool' ? pool(node, rewriting) : numberByNumber(node, rewriting);
      return value && [toNHWC(rewriting.o, value)];
    }),
};

/** The images of which a node gives the same with channels last. */
function fromChannelsFirst(node: Node | undefined): Value | undefined {
  return node?.op === 'Transpose' && sameShape(node.attributes['perm'] as number[], [0, 2, 3, 1])
    ? node.inputs[0]
    : undefined;
}

function pool(node: Node, { o, producer }: Rewriting): Value | undefined {
  const first = fromChannelsFirst(producer(node.inputs[0]));
  return first && maxPoolChannelsFirst(o, first, windowsOfNode(node));
}

const unary = new Set('Abs Elu Exp LeakyRelu Log Neg Relu Selu Sigmoid Softplus Softsign Sqrt Tanh'.split(' '));
const binary = new Set('Add Div Max Min Mul Sub'.split(' '));

function numberByNumber(node: Node, rewriting: Rewriting): Value | undefined {
  const { o, producer, uses } = rewriting;
  const [x, y] = node.inputs as readonly Value[];
  const images = (value: Value) => (uses(value) === 1 ? fromChannelsFirst(producer(value)) : undefined);
  if (unary.has(node.op)) {
    const first = images(x);
    return first && o.one(node.op, [first], first.shape, first.dtype, node.attributes);
  }
  if (!binary.has(node.op)) return undefined;
  const [left, right] = [images(x), images(y)];
  const image = left ?? right;
  const other = left ? y : x;
  const isSpread = !sameShape((left ? x : y).shape, node.outputs[0].shape);
  if (!image || (left && right) || isSpread || !isPerChannel(other, node.outputs[0])) return undefined;
  const convolution = producer(image);
  if (node.op === 'Add' && convolution?.op === 'Conv' && !convolution.inputs[2] && sizeOf(other.shape) > 1) {
    const inputs = [...convolution.inputs.slice(0, 2), other];
    return o.one('Conv', inputs, image.shape, image.dtype, convolution.attributes);
  }
  const spread = channelsBeforePixels(o, other);
  const operands = left ? [image, spread] : [spread, image];
  return o.one(node.op, operands, image.shape, image.dtype, node.attributes);
}

/** Whether it is one number, or one for each channel of images with channels last. */
const isPerChannel = ({ shape }: Value, image: Value): boolean =>
  sizeOf(shape) === 1 || (shape.length === 1 && shape[0] === image.shape[3]);

const channelsBeforePixels = (o: Operators, value: Value): Value =>
  sizeOf(value.shape) === 1 ? value : o.reshape(value, [value.shape[0], 1, 1]);
