import type { Graph, Node, Value } from '../graph.js';
import type { Operators } from '../operators.js';
import { operators } from '../operators.js';

/** A step of simplification: a graph that computes the same in less time. */
export interface Pass {
  readonly name: string;
  readonly run: (graph: Graph) => Graph;
}

export interface Rewriting {
  /** Appends nodes to the new graph. */
  readonly o: Operators;
  /** The node of the new graph that computes a value; undefined for inputs and constants. */
  readonly producer: (value: Value | undefined) => Node | undefined;
  /** In how many places a value is used, outputs included; at most a few too many. A hint, not a guarantee. */
  readonly uses: (value: Value) => number;
}

/**
 * Copies a graph node by node. `replace` sees each node with its inputs already rewritten, and as it was, and returns what
 * stands for its outputs from there on, or undefined to keep it. Outputs keep their names, shapes and types.
 */
export function rewrite(
  graph: Graph,
  replace: (node: Node, rewriting: Rewriting, original: Node) => readonly Value[] | undefined,
): Graph {
  const result: Graph = { inputs: graph.inputs, outputs: new Map(), nodes: [] };
  const replaced = new Map<Value, Value>();
  const producers = new Map<Value, Node>();
  const counts = useCounts(graph);
  const current = (value: Value): Value => replaced.get(value) ?? value;
  let indexed = 0;

  const rewriting: Rewriting = {
    o: operators(result),
    producer(value) {
      for (; indexed < result.nodes.length; indexed += 1) {
        for (const output of result.nodes[indexed].outputs) producers.set(output, result.nodes[indexed]);
      }
      return value && producers.get(value);
    },
    uses: (value) => counts.get(value) ?? 1,
  };

  for (const node of graph.nodes) {
    const kept: Node = { ...node, inputs: node.inputs.map((x) => x && current(x)) };
    const values = replace(kept, rewriting, node);
    if (!values) {
      result.nodes.push(kept);
      continue;
    }
    node.outputs.forEach((output, i) => {
      const value = values[i];
      replaced.set(output, value);
      counts.set(value, (counts.get(value) ?? 0) + (counts.get(output) ?? 0));
    });
  }
  for (const [name, value] of graph.outputs) result.outputs.set(name, current(value));
  return result;
}

function useCounts(graph: Graph): Map<Value, number> {
  const counts = new Map<Value, number>();
  const count = (value: Value | undefined) => value && counts.set(value, (counts.get(value) ?? 0) + 1);
  for (const node of graph.nodes) node.inputs.forEach(count);
  for (const value of graph.outputs.values()) count(value);
  return counts;
}
