import type { Constant, Value } from '../graph.js';
import { isConstant, sameShape } from '../graph.js';
import { rewrite, type Pass } from './rewrite.js';

/** Computes once what several nodes compute alike. */
export const commonSubexpressions: Pass = {
  name: 'common-subexpressions',
  run(graph) {
    const identities = new Map<Value, string>();
    const constants: Constant[] = [];
    const known = new Map<string, readonly Value[]>();

    function identity(value: Value | undefined): string {
      if (!value) return '';
      const existing = identities.get(value);
      if (existing !== undefined) return existing;
      const same = isConstant(value) ? constants.find((other) => areEqual(value, other)) : undefined;
      if (isConstant(value) && !same) constants.push(value);
      const created = same ? identities.get(same)! : `#${identities.size}`;
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

/** Bit by bit, which tells 0 and -0 apart. */
function areEqual(a: Constant, b: Constant): boolean {
  const bytes = ({ data }: Constant) => new Uint8Array(data.buffer, data.byteOffset, data.byteLength);
  return a.dtype === b.dtype && sameShape(a.shape, b.shape) && Buffer.compare(bytes(a), bytes(b)) === 0;
}
