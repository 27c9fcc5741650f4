import { expect, it } from 'vitest';
import { emptyGraph, splat, type Value } from '../../../../plugins/engines/onnx/graph.js';
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

it('tells the constants 0 and -0 apart', async () => {
  const graph = emptyGraph();
  const one: Value = { shape: [], dtype: 'float32' };
  graph.inputs.set('x', one);
  const o = operators(graph);
  graph.outputs.set('up', o.div(one, splat(0, 'float32')));
  graph.outputs.set('down', o.div(one, splat(-0, 'float32')));
  const { up, down } = await execute(graph, { x: float([], Float32Array.of(1)) });
  expect([up.data[0], down.data[0]]).toEqual([Infinity, -Infinity]);
});
