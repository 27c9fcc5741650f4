import * as tf from '@tensorflow/tfjs';
import { expect, it } from 'vitest';
import { loadRuntime } from '../../../../plugins/engines/onnx/runtime.js';
import { simplify } from '../../../../plugins/engines/onnx/simplify.js';
import { trace } from '../../../../plugins/engines/onnx/trace.js';
import { differences, distance, execute } from './compare.js';
import { cnnStep, mlpStep } from './steps.js';

it('compiles a training step of an MLP', async () => {
  const { inputs, body } = mlpStep(4, 12, [8, 8, 4]);
  expect(await differences(inputs, body)).toEqual([]);
});

it('computes the same in WebAssembly', async () => {
  const { inputs, body } = cnnStep(2, 14, [4, 6], 5);
  const graph = simplify(trace(tf, inputs, body));
  const native = await execute(graph, inputs);
  const web = await execute(graph, inputs, { on: await loadRuntime('onnxruntime-web') });
  for (const [name, expected] of Object.entries(native)) expect(distance(web[name], expected), name).toBeLessThan(1e-5);
});

it('compiles a training step of a CNN', async () => {
  const { inputs, body } = cnnStep(2, 14, [4, 6], 5);
  expect(await differences(inputs, body)).toEqual([]);
});
