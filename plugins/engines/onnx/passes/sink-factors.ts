import type { Node, Value } from '../graph.js';
import { sameShape, splatOf } from '../graph.js';
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

interface Scaled {
  readonly x: Value;
  readonly factor: number;
}

/** Reads a matrix as `factor · x`, also one that is rearranged from pixels times a number. */
function scaled(value: Value, rewriting: Rewriting): Scaled {
  const node = rewriting.producer(value);
  const plain = { x: value, factor: 1 };
  if (node === undefined) return plain;
  if (node.op === 'Mul') return product(node) ?? plain;
  if (!rearrangements.has(node.op)) return plain;

  const count = node.op === 'Concat' ? node.inputs.length : 1;
  const parts = node.inputs.slice(0, count).map((x) => scaled(x!, rewriting));
  const { factor } = parts[0];
  if (factor === 1 || parts.some((part) => part.factor !== factor)) return plain;
  const inputs = [...parts.map(({ x }) => x), ...node.inputs.slice(count)];
  return { x: rewriting.o.one(node.op, inputs, value.shape, value.dtype, node.attributes), factor };
}

const rearrangements = new Set(['Reshape', 'Slice', 'Concat']);

function product({ inputs: [x, number], outputs: [result] }: Node): Scaled | undefined {
  const factor = splatOf(number);
  return x && factor !== undefined && sameShape(x.shape, result.shape) ? { x, factor } : undefined;
}
