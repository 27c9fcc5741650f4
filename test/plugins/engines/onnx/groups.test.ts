import * as tf from '@tensorflow/tfjs';
import type { EngineSession, Feed, HostTensors, Program, Samples } from 'twinspec/plugin';
import { expect, it } from 'vitest';
import onnx from '../../../../plugins/engines/onnx/index.js';
import { numbers } from './compare.js';

const samples: Samples = {
  bytes: { shape: [12], data: Uint8Array.from({ length: 480 }, (_, i) => (i * 37) % 256) },
};

/** A step whose every operand kind differs from step to step; a negative rate makes it stop at its guard. */
const program: Program = {
  name: 'step',
  carried: { kernel: [12, 70], bias: [70], unread: [2] },
  inputs: { rows: { kind: 'rows', column: 'bytes', count: 16 }, rate: { kind: 'values', dtype: 'float32', shape: [] } },
  guard: 'fine',
  body({ carried, inputs, noise }) {
    const mask = tf.cast(tf.less(noise('mask', 'bytes', [16, 70]), 128), 'float32');
    const loss = (kernel: tf.Tensor, bias: tf.Tensor) => {
      const x = tf.div<tf.Tensor2D>(inputs['rows'], 255);
      return tf.mean<tf.Scalar>(tf.square(tf.mul(tf.relu(tf.add(tf.matMul(x, kernel as tf.Tensor2D), bias)), mask)));
    };
    const { value, grads } = tf.valueAndGrads(loss)([carried['kernel'], carried['bias']]);
    return {
      carried: {
        kernel: tf.sub(carried['kernel'], tf.mul(grads[0], inputs['rate'])),
        bias: tf.sub(carried['bias'], tf.mul(grads[1], inputs['rate'])),
      },
      outputs: { loss: value, fine: tf.cast(tf.greaterEqual(inputs['rate'], 0), 'float32') },
    };
  },
};

const initial: HostTensors = {
  kernel: { shape: [12, 70], data: numbers([12, 70]).data as Float32Array },
  bias: { shape: [70], data: new Float32Array(70).fill(0.1) },
  unread: { shape: [2], data: Float32Array.of(5, 6) },
};

const feedOf = (step: number, rate = 0.01): Feed => ({
  inputs: { rows: Int32Array.from({ length: 16 }, (_, i) => (i * 7 + step) % 40), rate: Float32Array.of(rate) },
  noise: (_name, _kind, size) => Uint8Array.from({ length: size }, (_, i) => (i * 71 + step * 13) % 256),
});

const engine = await onnx.create({ threads: 2 }, tf);

async function withSession<T>(use: (session: EngineSession) => Promise<T>): Promise<T> {
  const session = await engine.open(samples);
  session.write(initial);
  const result = await use(session);
  await session.dispose();
  return result;
}

const trained = (groupSize: number) =>
  withSession(async (session) => {
    const step = await session.compile(program);
    const losses: number[] = [];
    for (let first = 0; first < 32; first += groupSize) {
      const results = await step.run(Array.from({ length: groupSize }, (_, i) => feedOf(first + i)));
      losses.push(...results.map(({ loss }) => loss[0]));
    }
    return { losses, carried: await session.read() };
  });

it('gives the same bits in every run and for every number of steps a call', async () => {
  const expected = await trained(1);
  for (const groupSize of [1, 4, 16]) {
    for (let run = 0; run < 20; run++) expect(await trained(groupSize)).toEqual(expected);
  }
});

it('carries on what came before a step that the guard stops, and runs none after it', async () => {
  await withSession(async (session) => {
    const step = await session.compile(program);
    const first = await step.run([feedOf(0), feedOf(1)]);
    const before = await session.read();

    session.write(initial);
    const results = await step.run([feedOf(0), feedOf(1), feedOf(2, -1), feedOf(3)]);
    expect(results).toHaveLength(3);
    expect(results.slice(0, 2)).toEqual(first);
    expect(results[2]['fine'][0]).toBe(0);
    expect(await session.read()).toEqual(before);

    expect(await step.run([feedOf(2, -1)])).toEqual(results.slice(2));
    expect(await step.run([])).toEqual([]);
    expect(await session.read()).toEqual(before);
  });
});
