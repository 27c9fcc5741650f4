import type { Value } from '../graph.js';
import { splatOf } from '../graph.js';
import { rewrite, type Pass, type Rewriting } from './rewrite.js';

/** Lets a matrix product do the multiplication of an operand by a number. */
export const sinkFactors: Pass = {
  name: 'sink-factors',
  run: (graph) =>
    rewrite(graph, (node, rewriting) => {
      if (node.op !== 'Gemm' || node.outputs[0].dtype !== 'float32') return undefined;
      const [a, b, ...bias] = node.inputs as readonly Value[];
      const [left, right] = [scaled(a, rewriting), scaled(b, rewriting)];
      if (left.factor === 1 && right.factor === 1) return undefined;
      const alpha = (node.attributes['alpha'] as { float: number } | undefined)?.float ?? 1;
      const attributes = { ...node.attributes, alpha: { float: alpha * left.factor * right.factor } };
      return [rewriting.o.one('Gemm', [left.x, right.x, ...bias], node.outputs[0].shape, 'float32', attributes)];
    }),
};

/** Reads a matrix as `factor · x`. */
function scaled(matrix: Value, { o, producer }: Rewriting): { x: Value; factor: number } {
  const node = producer(matrix);
  const inner = node?.op === 'Reshape' ? producer(node.inputs[0]) : node;
  const factor = inner?.op === 'Mul' ? splatOf(inner.inputs[1]) : undefined;
  const source = inner?.inputs[0];
  if (factor === undefined || !source || source.shape.join() !== inner.outputs[0].shape.join()) {
    return { x: matrix, factor: 1 };
  }
  return { x: inner === node ? source : o.reshape(source, matrix.shape), factor };
}
