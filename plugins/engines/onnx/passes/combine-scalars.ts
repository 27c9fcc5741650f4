import type { Node, Value } from '../graph.js';
import { splat, splatOf } from '../graph.js';
import { rewrite, type Pass, type Rewriting } from './rewrite.js';

/** Makes one multiplication of several by numbers in a row, and lets matrix products do those that follow them. */
export const combineScalars: Pass = {
  name: 'combine-scalars',
  run: (graph) =>
    rewrite(graph, (node, rewriting) => {
      const scaled = node.outputs[0].dtype === 'float32' ? scaling(node) : undefined;
      const value = scaled && absorb(scaled, node.outputs[0], rewriting);
      return value && [value];
    }),
};

interface Scaling {
  readonly x: Value;
  readonly factor: number;
}

/** Reads a node as `factor · x`, where the result has the shape of x. */
function scaling(node: Node): Scaling | undefined {
  const [x, y] = node.inputs;
  const found = factorOf(node.op, x, y);
  return found && found.x.shape.length === node.outputs[0].shape.length && Number.isFinite(found.factor)
    ? found
    : undefined;
}

function factorOf(op: string, x: Value | undefined, y: Value | undefined): Scaling | undefined {
  const [a, b] = [splatOf(x), splatOf(y)];
  if (op === 'Neg') return { x: x!, factor: -1 };
  if (op === 'Mul' && b !== undefined) return { x: x!, factor: b };
  if (op === 'Mul' && a !== undefined) return { x: y!, factor: a };
  if (op === 'Div' && b !== undefined) return { x: x!, factor: Math.fround(1 / b) };
  return undefined;
}

function absorb({ x, factor }: Scaling, result: Value, { o, producer, uses }: Rewriting): Value | undefined {
  const before = producer(x);
  if (!before || uses(x) > 1 || x.shape.join() !== result.shape.join()) return undefined;
  if (before.op === 'Gemm' && before.inputs[2] === undefined) {
    const alpha = before.attributes['alpha'] as { float: number } | undefined;
    return o.one('Gemm', before.inputs, x.shape, x.dtype, {
      ...before.attributes,
      alpha: { float: factor * (alpha?.float ?? 1) },
    });
  }
  const inner = scaling(before);
  if (inner && inner.x.shape.join() === result.shape.join())
    return o.mul(inner.x, splat(inner.factor * factor, 'float32'));
  return undefined;
}
