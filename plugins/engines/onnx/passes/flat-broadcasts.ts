import type { Node, Shape, Value } from '../graph.js';
import { isConstant, sameShape, sizeOf } from '../graph.js';
import { rewrite, type Pass } from './rewrite.js';

/**
 * Spreads single numbers over vectors instead of over tensors whose last axis has length one, such as grey images: ONNX
 * Runtime goes from last axis to last axis, twenty times slower.
 */
export const flatBroadcasts: Pass = {
  name: 'flat-broadcasts',
  run: (graph) =>
    rewrite(graph, (node, { o }) => {
      if (!isSlow(node)) return undefined;
      const [{ shape, dtype }] = node.outputs;
      const size = sizeOf(shape);
      const flat = (x: Value, to: Shape): Value => (isConstant(x) ? { ...x, shape: to } : o.reshape(x, to));
      const operands = (node.inputs as readonly Value[]).map((x) => flat(x, sizeOf(x.shape) === 1 ? [] : [size]));
      return [o.reshape(o.one(node.op, operands, [size], dtype, node.attributes), shape)];
    }),
};

const broadcasting = new Set(
  'Add And Div Equal Greater GreaterOrEqual Less LessOrEqual Max Min Mod Mul Or Pow Sub Where'.split(' '),
);

function isSlow({ op, inputs, outputs: [{ shape }] }: Node): boolean {
  if (!broadcasting.has(op) || shape.length < 2 || shape.at(-1) !== 1 || sizeOf(shape) === 1) return false;
  const isSingle = (x: Value | undefined) => sizeOf(x!.shape) === 1;
  return inputs.some(isSingle) && inputs.every((x) => isSingle(x) || sameShape(x!.shape, shape));
}
