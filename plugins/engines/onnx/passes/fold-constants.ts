import type { Node, Value } from '../graph.js';
import { isConstant, splat, splatOf, toData } from '../graph.js';
import { rewrite, type Pass } from './rewrite.js';

/** Computes at compile time what depends on repeated numbers only, in float32 as at run time. */
export const foldConstants: Pass = {
  name: 'fold-constants',
  run: (graph) =>
    rewrite(graph, (node) => {
      const value = folded(node);
      return value && [value];
    }),
};

const functions: Readonly<Record<string, (...values: number[]) => number>> = {
  Abs: Math.abs,
  Add: (a, b) => a + b,
  Div: (a, b) => a / b,
  Exp: Math.exp,
  Log: Math.log,
  Max: Math.max,
  Min: Math.min,
  Mul: (a, b) => a * b,
  Neg: (a) => -a,
  Reciprocal: (a) => 1 / a,
  Sqrt: Math.sqrt,
  Sub: (a, b) => a - b,
};

function folded({ op, inputs, outputs }: Node): Value | undefined {
  const [result] = outputs as readonly [Value];
  const [x] = inputs;
  if (isConstant(x) && op === 'Reshape') return { ...result, data: x.data };
  if (result.dtype === 'int64' || result.dtype === 'int32') return undefined;
  if (isConstant(x) && op === 'Cast' && x.dtype !== 'int64' && result.dtype !== 'bool') {
    return { ...result, data: toData(result.dtype, x.data as Float32Array) };
  }
  const compute = functions[op];
  const numbers = inputs.map(splatOf);
  if (!compute || result.dtype !== 'float32' || numbers.includes(undefined)) return undefined;
  return splat(compute(...(numbers as number[])), 'float32', result.shape);
}
