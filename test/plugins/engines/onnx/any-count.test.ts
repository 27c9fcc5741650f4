import * as tf from '@tensorflow/tfjs';
import type { Feed, HostTensors, Program, Tensors } from 'twinspec/plugin';
import { describe, expect, it } from 'vitest';
import cpu from '../../../../plugins/engines/cpu.js';
import { loadRuntime } from '../../../../plugins/engines/onnx/runtime.js';
import { openSession } from '../../../../plugins/engines/onnx/session.js';
import { create } from '../../../support/graph.js';
import { relativeError } from '../../../support/numbers.js';
import { numbers } from './compare.js';

const width = 520;
const carried: HostTensors = {
  kernel: { shape: [width, width], data: numbers([width, width]).data as Float32Array },
  bias: { shape: [width], data: numbers([width]).data as Float32Array },
};

const programOf = (body: (x: tf.Tensor2D, carried: Tensors) => tf.Tensor): Program => ({
  name: 'embedding',
  carried: { kernel: [width, width], bias: [width] },
  fixed: true,
  anyCount: true,
  inputs: { x: { kind: 'values', dtype: 'float32', shape: [1, width] } },
  body: ({ carried, inputs }) => ({ carried: {}, outputs: { y: body(inputs['x'] as tf.Tensor2D, carried) } }),
});

const dense = programOf((x, { kernel, bias }) => tf.relu(tf.add(tf.matMul(x, kernel as tf.Tensor2D), bias)));
/** Depends on the count by the repeats of a Tile, which no graph for any count can hold. */
const tiled = programOf((x, { bias }) => tf.mul(x, tf.tile(tf.reshape(bias, [1, width]), [x.shape[0], 1])));

const feedOf = (count: number): Feed => ({
  inputs: { x: numbers([count, width]).data },
  noise: () => new Uint8Array(),
});

async function opened() {
  const runtime = await loadRuntime();
  let sessions = 0;
  const counting: typeof runtime = {
    ...runtime,
    session(...call) {
      sessions += 1;
      return runtime.session(...call);
    },
  };
  const session = openSession(tf, counting, { threads: 1 }, null);
  session.write(carried);
  return { session, sessions: () => sessions };
}

const counts = [1, 2, 3, 7, 64, 300];

describe('a program for any count', () => {
  it.each([
    ['one session', dense, 1],
    ['a session for each count where its graph depends on it', tiled, counts.length],
  ])('runs on %s, with the values of the cpu engine', async (_, program, expected) => {
    const { session, sessions } = await opened();
    const other = await (await create(cpu)).open(null);
    other.write(carried);
    const [compiled, reference] = await Promise.all([session.compile(program), other.compile(program)]);
    for (const count of [...counts, ...counts]) {
      const [[{ y }], [{ y: wanted }]] = await Promise.all([
        compiled.run([feedOf(count)]),
        reference.run([feedOf(count)]),
      ]);
      expect(y.length).toBe(count * width);
      expect(relativeError(y, wanted)).toBeLessThan(1e-5);
    }
    expect(sessions()).toBe(expected);
    await Promise.all([session.dispose(), other.dispose()]);
  });

  it('holds no copy of a large weight', async () => {
    const { session } = await opened();
    const { model } = await session.compile(dense);
    expect(model!().length).toBeLessThan(4 * width + 1000);
    await session.dispose();
  });
});
