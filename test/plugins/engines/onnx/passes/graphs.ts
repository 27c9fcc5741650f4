import { emptyGraph, type Graph, type Value } from '../../../../../plugins/engines/onnx/graph.js';
import { operators, type Operators } from '../../../../../plugins/engines/onnx/operators.js';

/** A graph of float32 inputs `x` [2,3], `y` [2,3], `v` [3] and `s` []. */
export function graphOf(build: (o: Operators, inputs: Record<'x' | 'y' | 'v' | 's', Value>) => Value): Graph {
  const graph = emptyGraph();
  const input = (name: string, shape: readonly number[]): Value => {
    const value: Value = { shape, dtype: 'float32' };
    graph.inputs.set(name, value);
    return value;
  };
  const inputs = { x: input('x', [2, 3]), y: input('y', [2, 3]), v: input('v', [3]), s: input('s', []) };
  graph.outputs.set('out', build(operators(graph), inputs));
  return graph;
}

export const ops = (graph: Graph): string[] => graph.nodes.map((node) => node.op);
