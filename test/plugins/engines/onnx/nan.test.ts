import { expect, it } from 'vitest';
import { emptyGraph, type Value } from '../../../../plugins/engines/onnx/graph.js';
import { operators } from '../../../../plugins/engines/onnx/operators.js';
import { execute, float } from './compare.js';

it('lets NaN through a relu that the runtime fuses with the product before it', async () => {
  const graph = emptyGraph();
  const o = operators(graph);
  const input = (name: string, shape: readonly number[]): Value => {
    const value: Value = { shape, dtype: 'float32' };
    graph.inputs.set(name, value);
    return value;
  };
  const product = o.gemm(input('a', [20, 2]), input('b', [2, 20]), false, false, input('c', [20]));
  graph.outputs.set('y', o.relu(product));
  const a = new Float32Array(40).fill(1);
  a[0] = NaN;
  const { y } = await execute(graph, {
    a: float([20, 2], a),
    b: float([2, 20], new Float32Array(40).fill(1)),
    c: float([20], new Float32Array(20)),
  });
  expect([...y.data].slice(0, 20)).toEqual(Array<number>(20).fill(NaN));
  expect([...y.data].slice(20)).toEqual(Array<number>(380).fill(2));
});
