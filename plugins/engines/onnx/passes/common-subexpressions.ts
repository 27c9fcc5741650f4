import type { Value } from '../graph.js';
import { exactly, isConstant } from '../graph.js';
import { rewrite, type Pass } from './rewrite.js';

/** Computes once what several nodes compute alike. */
export const commonSubexpressions: Pass = {
  name: 'common-subexpressions',
  run(graph) {
    const identities = new Map<Value, string>();
    const known = new Map<string, readonly Value[]>();

    function identity(value: Value | undefined): string {
      if (!value) return '';
      const existing = identities.get(value);
      if (existing !== undefined) return existing;
      const small = isConstant(value) && value.data.length <= 64;
      const created = small ? `${value.dtype}[${value.shape.join()}](${exactly(value.data)})` : `#${identities.size}`;
      identities.set(value, created);
      return created;
    }

    return rewrite(graph, (node) => {
      const key = `${node.op}(${node.inputs.map(identity).join()})${JSON.stringify(node.attributes)}`;
      const existing = known.get(key);
      if (!existing) known.set(key, node.outputs);
      return existing;
    });
  },
};
