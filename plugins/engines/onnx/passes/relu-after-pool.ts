import type { Node, Value } from '../graph.js';
import { splat, splatOf, windowsOfNode } from '../graph.js';
import { maxPool, maxPoolGrad } from '../kernels/pooling.js';
import { rewrite, type Pass, type Rewriting } from './rewrite.js';

/**
 * Takes the maximum before relu, not after: the same values from a fraction of the work. Where the maximum is not above
 * zero, relu lets no gradient pass; where it is, the first largest element is the same before and after relu.
 */
export const reluAfterPool: Pass = {
  name: 'relu-after-pool',
  run: (graph) =>
    rewrite(graph, (node, rewriting) => {
      const value = pooled(node, rewriting) ?? gradient(node, rewriting);
      return value && [value];
    }),
};

const reluOf = (value: Value | undefined, { producer }: Rewriting): Value | undefined => {
  const node = producer(value);
  return node?.op === 'Relu' ? node.inputs[0] : undefined;
};

function pooled(node: Node, rewriting: Rewriting): Value | undefined {
  if (node.op !== 'twinspec.MaxPool') return undefined;
  const before = reluOf(node.inputs[0], rewriting);
  return before && rewriting.o.relu(maxPool(rewriting.o, before, windowsOfNode(node)));
}

/** A pool's gradient times the mask of the relu before it. */
function gradient(node: Node, rewriting: Rewriting): Value | undefined {
  if (node.op !== 'Mul') return undefined;
  const [a, b] = node.inputs;
  return masked(a, b, rewriting) ?? masked(b, a, rewriting);
}

function masked(through: Value | undefined, mask: Value | undefined, rewriting: Rewriting): Value | undefined {
  const { o, producer } = rewriting;
  const pool = producer(through);
  if (pool?.op !== 'twinspec.MaxPoolGrad') return undefined;
  const [x, y, dy] = pool.inputs as readonly Value[];
  const [before, largest] = [reluOf(x, rewriting), reluOf(y, rewriting)];
  if (!before || !largest || positiveOf(mask, rewriting) !== before) return undefined;
  const passes = o.cast(o.greater(largest, splat(0, 'float32')), 'float32');
  return maxPoolGrad(o, before, largest, o.mul(dy, passes), windowsOfNode(pool));
}

/** The x of a mask that is 1 where x > 0 and 0 elsewhere. */
function positiveOf(mask: Value | undefined, { producer }: Rewriting): Value | undefined {
  const cast = producer(mask);
  const test = cast?.op === 'Cast' ? producer(cast.inputs[0]) : undefined;
  return test?.op === 'Greater' && splatOf(test.inputs[1]) === 0 ? test.inputs[0] : undefined;
}
