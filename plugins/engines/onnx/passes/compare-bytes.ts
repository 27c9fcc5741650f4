import type { Value } from '../graph.js';
import { splat, splatOf } from '../graph.js';
import { rewrite, type Pass } from './rewrite.js';

const comparisons = new Set(['Less', 'LessOrEqual', 'Greater', 'GreaterOrEqual']);

/** Compares bytes with a number as they are, not as float32. */
export const compareBytes: Pass = {
  name: 'compare-bytes',
  run: (graph) =>
    rewrite(graph, (node, { o, producer }) => {
      if (!comparisons.has(node.op)) return undefined;
      const [x, limit] = node.inputs as readonly Value[];
      const cast = producer(x);
      const bytes = cast?.op === 'Cast' && cast.inputs[0]?.dtype === 'uint8' ? cast.inputs[0] : undefined;
      const number = splatOf(limit);
      if (!bytes || number === undefined || !Number.isInteger(number) || number < 0 || number > 255) return undefined;
      return [o.one(node.op, [bytes, splat(number, 'uint8', limit.shape)], node.outputs[0].shape, 'bool')];
    }),
};
