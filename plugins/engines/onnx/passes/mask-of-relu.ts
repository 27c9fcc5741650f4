import type { Value } from '../graph.js';
import { splatOf } from '../graph.js';
import { rewrite, type Pass } from './rewrite.js';

/**
 * Tests relu(x) > 0 for x > 0, which is the same. Then nothing but relu needs x, and ONNX Runtime computes both in one
 * with the product before them.
 */
export const maskOfRelu: Pass = {
  name: 'mask-of-relu',
  run(graph) {
    const relus = new Map<Value, Value>();
    return rewrite(graph, (node, { o }) => {
      const [x, limit] = node.inputs;
      if (node.op === 'Relu') relus.set(x!, node.outputs[0]);
      if (node.op !== 'Greater' || splatOf(limit) !== 0) return undefined;
      const relu = relus.get(x!);
      return relu && [o.greater(relu, limit!)];
    });
  },
};
