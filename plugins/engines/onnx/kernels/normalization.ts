import type { Value } from '../graph.js';
import { constant } from '../graph.js';
import type { Operators } from '../operators.js';
import type { Kernels } from './lowering.js';

/** For each channel the sum over its `radius` neighbours on both sides, as a product with a band matrix. */
function acrossChannels(o: Operators, x: Value, radius: number): Value {
  const channels = x.shape.at(-1)!;
  const band = Array.from({ length: channels * channels }, (_, i) =>
    Math.abs(Math.floor(i / channels) - (i % channels)) <= radius ? 1 : 0,
  );
  return o.matMul(x, constant(band, 'float32', [channels, channels]));
}

export const normalizations: Kernels = {
  FusedBatchNorm: ({ o }, { x, scale, offset, mean, variance }, { varianceEpsilon }) => {
    const root = o.sqrt(o.add(variance, o.like(variance, varianceEpsilon ?? 0.001)));
    const factor = scale ? o.div(scale, root) : o.reciprocal(root);
    const scaled = o.mul(o.sub(x, mean), factor);
    return offset ? o.add(scaled, offset) : scaled;
  },
  LRN: ({ o }, { x }, { depthRadius, bias, alpha, beta }) => {
    const sums = acrossChannels(o, o.mul(x, x), depthRadius);
    const base = o.add(o.mul(sums, o.like(x, alpha)), o.like(x, bias));
    return o.mul(x, o.pow(base, o.like(x, -beta)));
  },
  LRNGrad: ({ o }, { x, dy }, { depthRadius, bias, alpha, beta }) => {
    const sums = acrossChannels(o, o.mul(x, x), depthRadius);
    const base = o.add(o.mul(sums, o.like(x, alpha)), o.like(x, bias));
    const direct = o.mul(dy, o.pow(base, o.like(x, -beta)));
    const shared = o.mul(o.mul(dy, x), o.pow(base, o.like(x, -beta - 1)));
    const through = o.mul(o.mul(x, acrossChannels(o, shared, depthRadius)), o.like(x, 2 * alpha * beta));
    return o.sub(direct, through);
  },
};
