import * as tf from '@tensorflow/tfjs';
import type { Engine, HostTensors, Program, Samples } from 'twinspec/plugin';
import { expect, it } from 'vitest';
import cpu from '../../../../plugins/engines/cpu.js';
import onnx from '../../../../plugins/engines/onnx/index.js';
import { distance, float, numbers } from './compare.js';

const samples: Samples = {
  bytes: { shape: [6], data: Uint8Array.from({ length: 60 }, (_, i) => (i * 37) % 256), scale: 1 / 255 },
};

const program: Program = {
  name: 'step',
  carried: { kernel: [6, 4], slot: [6, 4], steps: [], unread: [2] },
  inputs: { rows: { kind: 'rows', column: 'bytes', count: 3 }, rate: { kind: 'values', dtype: 'float32', shape: [] } },
  body(tensors) {
    const { carried, inputs } = tensors;
    const noise: typeof tensors.noise = (...call) => tensors.noise(...call);
    const mask = tf.cast(tf.less(noise('mask', 'bytes', [3, 4]), 128), 'float32');
    const jitter = noise('jitter', 'normal', [3, 6]);
    const loss = (kernel: tf.Tensor) => {
      const x = tf.add<tf.Tensor2D>(inputs['rows'], tf.mul(jitter, 0.01));
      return tf.mean<tf.Scalar>(tf.square(tf.mul(tf.matMul(x, kernel as tf.Tensor2D), mask)));
    };
    const { value, grad } = tf.valueAndGrad(loss)(carried['kernel']);
    const slot = tf.add(tf.mul(carried['slot'], 0.9), tf.mul(tf.square(grad), 0.1));
    const change = tf.div(tf.mul(grad, inputs['rate']), tf.sqrt(tf.add(slot, 1e-7)));
    return {
      carried: {
        kernel: tf.sub(carried['kernel'], change),
        slot,
        steps: tf.add(carried['steps'], 1),
        unread: carried['unread'],
      },
      outputs: { loss: value, first: inputs['rows'] },
    };
  },
};

const initial: HostTensors = {
  kernel: { shape: [6, 4], data: numbers([6, 4]).data as Float32Array },
  slot: { shape: [6, 4], data: new Float32Array(24) },
  steps: { shape: [], data: new Float32Array(1) },
  unread: { shape: [2], data: Float32Array.of(5, 6) },
};

async function train(engine: Engine) {
  const session = await engine.open(samples);
  session.write(initial);
  const step = await session.compile(program);
  const feeds = Array.from({ length: 5 }, (_, i) => ({
    inputs: { rows: Int32Array.of(i, 9 - i, 3), rate: Float32Array.of(0.01) },
    noise: (_: string, kind: string, size: number) =>
      kind === 'bytes'
        ? Uint8Array.from({ length: size }, (_, j) => (j * 71 + i * 13) % 256)
        : (numbers([size], i + 1).data as Float32Array),
  }));
  const outputs = [...(await step.run(feeds.slice(0, 2))), ...(await step.run(feeds.slice(2)))];
  const carried = await session.read();
  await session.dispose();
  await session.dispose();
  return { outputs, carried };
}

it('trains as the cpu engine does', async () => {
  const expected = await train(await cpu.create({}, tf));
  const actual = await train(await onnx.create({ threads: 2 }, tf));
  expect(Object.keys(actual.carried).sort()).toEqual(Object.keys(expected.carried).sort());
  for (const [place, { shape, data }] of Object.entries(expected.carried)) {
    expect(actual.carried[place].shape).toEqual(shape);
    expect(distance(float(shape, actual.carried[place].data), float(shape, data))).toBeLessThan(1e-5);
  }
  expected.outputs.forEach((output, i) => {
    for (const [name, data] of Object.entries(output)) {
      expect(distance(float([], actual.outputs[i][name]), float([], data))).toBeLessThan(1e-5);
    }
  });
});

it('is available, says on what it runs, and gives the same bits again', async () => {
  expect(await onnx.probe()).toEqual({ available: true });
  const engine = await onnx.create({ threads: 2 }, tf);
  expect(engine.report).toMatchObject({ engine: 'onnx', device: 'cpu', threads: 2 });
  expect(engine.report.runtime).toMatch(/^onnxruntime-(node|web) \d+\.\d+/);
  expect((await train(engine)).carried).toEqual((await train(engine)).carried);
});
