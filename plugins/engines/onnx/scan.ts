import { anyLength, type Graph, type Node, type Shape, type Value } from './graph.js';

export interface Loop {
  /** Inputs that each step takes from an output of the step before it: names of input and output. */
  readonly carried: ReadonlyMap<string, string>;
  /** Inputs of which each step has its own. */
  readonly fed: ReadonlySet<string>;
}

const stacked = (shape: Shape): Shape => [anyLength, ...shape];

/**
 * A graph that runs `step` any number of times: what is fed and what comes out, except what is carried, has one more axis,
 * the steps, in front. Inputs that are neither carried nor fed are the same in all steps.
 */
export function scan(step: Graph, { carried, fed }: Loop): Graph {
  const body: Graph = { inputs: new Map(), outputs: new Map(), nodes: step.nodes };
  const graph: Graph = { inputs: new Map(), outputs: new Map(), nodes: [] };
  const operands: Value[] = [];
  const results: Value[] = [];

  function put(name: string, outer: Value): void {
    // What no step reads is carried all the same.
    body.inputs.set(inner(name), step.inputs.get(name) ?? { shape: outer.shape, dtype: outer.dtype });
    graph.inputs.set(name, outer);
    operands.push(outer);
  }
  function take(name: string, outer: Value): void {
    body.outputs.set(inner(name), step.outputs.get(name)!);
    graph.outputs.set(name, outer);
    results.push(outer);
  }

  for (const [from, to] of carried) {
    const { shape, dtype } = step.outputs.get(to)!;
    put(from, { shape, dtype });
    take(to, { shape, dtype });
  }
  for (const [name, value] of step.inputs) {
    if (fed.has(name)) put(name, { shape: stacked(value.shape), dtype: value.dtype });
    else if (!carried.has(name)) graph.inputs.set(name, value);
  }
  const next = new Set(carried.values());
  for (const [name, { shape, dtype }] of step.outputs)
    if (!next.has(name)) take(name, { shape: stacked(shape), dtype });

  const loop: Node = {
    op: 'Scan',
    inputs: operands,
    outputs: results,
    attributes: { body: { graph: body }, num_scan_inputs: operands.length - carried.size },
  };
  graph.nodes.push(loop);
  return graph;
}

/** A graph and the one inside it share one name space. */
const inner = (name: string): string => `${name} of a step`;
