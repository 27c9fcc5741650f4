import type { Node, Value } from '../graph.js';
import { rewrite, type Pass, type Rewriting } from './rewrite.js';

/** Lets a matrix product add the bias that follows it. */
export const fuseBias: Pass = {
  name: 'fuse-bias',
  run: (graph) =>
    rewrite(graph, (node, rewriting) => {
      if (node.op !== 'Add') return undefined;
      const [a, b] = node.inputs as readonly [Value, Value];
      const value = fused(a, b, node, rewriting) ?? fused(b, a, node, rewriting);
      return value && [value];
    }),
};

function fused(product: Value, bias: Value, sum: Node, { o, producer, uses }: Rewriting): Value | undefined {
  const gemm = producer(product);
  const { shape } = sum.outputs[0];
  const columns = shape.at(-1);
  if (bias.shape.length !== 1 || bias.shape[0] !== columns || uses(product) > 1) return undefined;
  // A product of images comes as rows that are reshaped.
  const inner = gemm?.op === 'Reshape' && uses(gemm.inputs[0]!) === 1 ? producer(gemm.inputs[0]) : gemm;
  if (inner?.op !== 'Gemm' || inner.inputs[2] !== undefined || inner.outputs[0].shape[1] !== columns) return undefined;
  // A single row is the gradient of a bias, and what is added to it another one.
  if (inner.outputs[0].shape[0] === 1) return undefined;
  const rows = o.one(
    'Gemm',
    [inner.inputs[0], inner.inputs[1], bias],
    inner.outputs[0].shape,
    product.dtype,
    inner.attributes,
  );
  return inner === gemm ? rows : o.reshape(rows, shape);
}
