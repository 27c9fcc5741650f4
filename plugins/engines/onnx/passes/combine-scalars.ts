import type { Value } from '../graph.js';
import { splat } from '../graph.js';
import { rewrite, type Pass, type Rewriting } from './rewrite.js';
import { scaling, type Scaling } from './scaling.js';

/** Makes one multiplication of several by numbers in a row, and lets matrix products do those that follow them. */
export const combineScalars: Pass = {
  name: 'combine-scalars',
  run: (graph) =>
    rewrite(graph, (node, rewriting) => {
      const scaled = scaling(node);
      const value = scaled && absorb(scaled, rewriting);
      return value && [value];
    }),
};

function absorb({ x, factor }: Scaling, { o, producer, uses }: Rewriting): Value | undefined {
  const before = producer(x);
  if (!before || uses(x) > 1) return undefined;
  if (before.op === 'Gemm' && before.inputs[2] === undefined) {
    const alpha = factor * ((before.attributes['alpha'] as { float: number } | undefined)?.float ?? 1);
    if (!isNormal(alpha)) return undefined;
    return o.one('Gemm', before.inputs, x.shape, x.dtype, { ...before.attributes, alpha: { float: alpha } });
  }
  const inner = scaling(before);
  if (!inner || !isNormal(inner.factor * factor)) return undefined;
  return o.mul(inner.x, splat(inner.factor * factor, 'float32'));
}

/** Whether float32 holds it with all its digits; what two factors do one after the other, their product may not. */
const isNormal = (factor: number): boolean =>
  factor === 0 || (Math.abs(factor) >= 2 ** -126 && Math.abs(factor) < 2 ** 128);
