import type { Node, Value } from '../graph.js';
import { sameShape, splatOf } from '../graph.js';

export interface Scaling {
  readonly x: Value;
  readonly factor: number;
}

/** Reads a node as `factor · x`, where the result has the shape of x. */
export function scaling(node: Node): Scaling | undefined {
  const [result] = node.outputs;
  if (result.dtype !== 'float32') return undefined;
  const [x, y] = node.inputs;
  const found = factorOf(node.op, x, y);
  return found && sameShape(found.x.shape, result.shape) && Number.isFinite(found.factor) ? found : undefined;
}

function factorOf(op: string, x: Value | undefined, y: Value | undefined): Scaling | undefined {
  const [a, b] = [splatOf(x), splatOf(y)];
  if (op === 'Neg') return { x: x!, factor: -1 };
  if (op === 'Mul' && b !== undefined) return { x: x!, factor: b };
  if (op === 'Mul' && a !== undefined) return { x: y!, factor: a };
  if (op === 'Div' && b !== undefined) return { x: x!, factor: Math.fround(1 / b) };
  return undefined;
}
