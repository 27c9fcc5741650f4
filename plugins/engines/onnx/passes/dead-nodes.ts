import type { Value } from '../graph.js';
import type { Pass } from './rewrite.js';

/** Removes nodes and inputs on which no output depends. */
export const deadNodes: Pass = {
  name: 'dead-nodes',
  run(graph) {
    const wanted = new Set<Value | undefined>(graph.outputs.values());
    const nodes = [...graph.nodes].reverse().filter((node) => {
      if (!node.outputs.some((x) => wanted.has(x))) return false;
      for (const x of node.inputs) wanted.add(x);
      return true;
    });
    const inputs = [...graph.inputs].filter(([, value]) => wanted.has(value));
    return { inputs: new Map(inputs), outputs: graph.outputs, nodes: nodes.reverse() };
  },
};
