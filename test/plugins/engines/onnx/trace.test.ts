import * as tf from '@tensorflow/tfjs';
import { TwinspecError } from 'twinspec/plugin';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { trace } from '../../../../plugins/engines/onnx/trace.js';
import { traceTwice } from '../../../../plugins/engines/onnx/trace-twice.js';
import { eager, execute, float, numbers } from './compare.js';

const x = { shape: [2, 3], dtype: 'float32' } as const;

type Body = (x: tf.Tensor) => tf.Tensor;

function refusal(body: Body): TwinspecError {
  try {
    traceTwice(tf, { x }, (t) => ({ y: body(t['x']) }));
  } catch (error) {
    if (error instanceof TwinspecError) return error;
    throw error;
  }
  throw new Error('not refused');
}

const keep: tf.Variable[] = [];
const variable = (name: string) => {
  const v = tf.variable(tf.zeros([2, 3]), true, name);
  keep.push(v);
  return v;
};

let state = 1;

/** Steps that are wrong on purpose, with a part of the message that each must give. */
const wrong: Record<string, [Body, RegExp]> = {
  'reads values with dataSync': [(x) => tf.scalar(tf.sum(x).dataSync()[0]), /reads the values of a tensor/],
  'reads values with arraySync': [(x) => tf.tensor(x.arraySync()), /reads the values of a tensor/],
  'reads values with data()': [(x) => (void x.data(), tf.square(x)), /reads the values of a tensor/],
  'hides its reading': [
    (x) => {
      try {
        x.dataSync();
      } catch {
        return tf.zerosLike(x);
      }
      return x;
    },
    /reads the values of a tensor/,
  ],
  'has a shape that depends on values': [(x) => tf.unique(tf.reshape(x, [6])).values, /Unique/],
  'draws with Math.random': [(x) => tf.mul(x, Math.random()), /Math\.random/],
  'draws with tf.randomUniform': [(x) => tf.add(x, tf.randomUniform([2, 3])), /tf\.randomUniform/],
  'draws with a fixed seed': [(x) => tf.add(x, tf.randomNormal([2, 3], 0, 1, 'float32', 7)), /tf\.randomNormal/],
  'drops with a fixed seed': [(x) => tf.dropout(x, 0.5, undefined, 7), /tf\.dropout/],
  'uses a seeded stock Dropout': [
    (x) => tf.layers.dropout({ rate: 0.5, seed: 3 }).apply(x, { training: true }) as tf.Tensor,
    /tf\.dropout/,
  ],
  'draws from a generator of its own': [(x) => tf.mul(x, (state *= 1.1)), /each time it is traced/],
  'creates a variable': [(x) => tf.variable(x, true, 'made').mul(2), /'made'/],
  'assigns a variable': [
    (x) => {
      (keep[0] ?? variable('assigned')).assign(x);
      return x;
    },
    /'assigned'/,
  ],
  'reads a variable': [(x) => tf.add(x, keep[0]), /reads the variable 'assigned'/],
  'uses a kernel without lowering': [(x) => tf.real(tf.fft(tf.complex(x, x))), /Complex|FFT|complex64/],
  'differentiates what tfjs has no gradient of': [
    tf.grad((x) => tf.sum(tf.mul(x, tf.cast(tf.greater(x, 0), 'float32')))),
    /tfjs cannot differentiate.* not found for Greater/,
  ],
  'differentiates a dilated convolution': [
    tf.grad((x) => {
      const image = tf.reshape<tf.Rank.R4>(x, [1, 2, 3, 1]);
      return tf.sum(tf.conv2d(image, tf.ones<tf.Rank.R4>([1, 2, 1, 1]), 1, 'valid', 'NHWC', [1, 2]));
    }),
    /tfjs cannot differentiate.* conv2D: dilation rates/,
  ],
  'draws samples of constants': [
    (x) => tf.add(x, tf.cast(tf.multinomial(tf.tensor1d([1, 1, 1]), 3, 5), 'float32')),
    /tf\.multinomial/,
  ],
  'draws samples': [(x) => tf.multinomial(x as tf.Tensor2D, 2, 5), /multinomial|Multinomial/],
};

describe('what cannot be compiled', () => {
  let before: tf.MemoryInfo;
  let random: typeof Math.random;

  beforeEach(async () => {
    await tf.setBackend('cpu');
    random = Math.random;
    if (keep.length === 0) variable('assigned');
    before = tf.memory();
  });

  afterEach(() => {
    expect(tf.getBackend()).toBe('cpu');
    expect(Math.random).toBe(random);
    const { numTensors, numDataBuffers, numBytes } = tf.memory();
    expect({ numTensors, numDataBuffers, numBytes }).toEqual({
      numTensors: before.numTensors,
      numDataBuffers: before.numDataBuffers,
      numBytes: before.numBytes,
    });
  });

  it.each(Object.entries(wrong))('a step that %s', (_, [body, message]) => {
    const error = refusal(body);
    expect(error.code).toBe('ENGINE_UNSUPPORTED');
    expect(error.message).toMatch(message);
    expect(error.hint).toBeTruthy();
    expect([...keep[0].dataSync()]).toEqual([0, 0, 0, 0, 0, 0]);
  });

  it('names the line of the author', () => {
    expect(refusal((x) => tf.scalar(tf.sum(x).dataSync()[0])).message).toMatch(/trace\.test\.ts:\d+:\d+/);
  });

  it('leaves nothing behind when a gradient fails', () => {
    const body: Body = (x) => tf.grad((x) => tf.sum(tf.cast(tf.greater(x, 0), 'float32')))(x);
    expect(() => trace(tf, { x }, (t) => ({ y: body(t['x']) }))).toThrow(/[Gg]radient/);
  });

  it("leaves an author's own error alone", () => {
    const own = new Error('mine');
    const fail: Body = (x) => {
      tf.keep(tf.square(x));
      throw own;
    };
    expect(() => trace(tf, { x }, (t) => ({ y: fail(t['x']) }))).toThrow(own);
  });

  it('leaves nothing behind when all is well', () => {
    const body: Body = (x) => tf.grad((x) => tf.sum(tf.relu(tf.add(x, tf.ones([3])))))(x);
    expect(trace(tf, { x }, (t) => ({ y: body(t['x']) })).outputs.size).toBe(1);
  });
});

describe('inputs', () => {
  it('shows bytes as numbers', async () => {
    const graph = trace(tf, { b: { shape: [3], dtype: 'uint8' } }, ({ b }) => ({ y: tf.div(b, 2) }));
    const outputs = await execute(graph, { b: { shape: [3], dtype: 'bool', data: Uint8Array.of(0, 5, 255) } });
    expect([...outputs['y'].data]).toEqual([0, 2.5, 127.5]);
  });

  it('gathers and scales rows of a column', async () => {
    const rows = { column: 'all', shape: [4, 2], dtype: 'uint8', scale: 0.5, count: 3 } as const;
    const graph = trace(tf, { left: rows, right: rows }, ({ left, right }) => ({ y: tf.sub(left, right) }));
    expect([...graph.inputs.keys()]).toEqual(['all', 'left', 'right']);
    const index = (values: number[]) => ({ shape: [3], dtype: 'int32', data: Int32Array.from(values) }) as const;
    const outputs = await execute(graph, {
      all: { shape: [4, 2], dtype: 'bool', data: Uint8Array.of(0, 1, 2, 3, 4, 5, 6, 7) },
      left: index([3, 3, 0]),
      right: index([0, 1, 2]),
    });
    expect([...outputs['y'].data]).toEqual([3, 3, 2, 2, -2, -2]);
  });

  it('may be declared while the trace runs', async () => {
    const graph = trace(tf, { x }, ({ x: t }, addInput) => ({
      y: tf.add(t, addInput('more', { shape: [3], dtype: 'float32' })),
    }));
    const inputs = { x: numbers([2, 3]), more: float([3], [1, 2, 3]) };
    const expected = eager(inputs, ({ x, more }) => ({ y: tf.add(x, more) }));
    expect((await execute(graph, inputs))['y'].data).toEqual(expected['y'].data);
  });

  it('that come from another backend become constants', async () => {
    await tf.setBackend('cpu');
    const outside = tf.tensor1d([1, 2, 3]);
    const graph = trace(tf, { x }, ({ x: t }) => ({ y: tf.mul(t, outside) }));
    const outputs = await execute(graph, { x: float([2, 3], [1, 1, 1, 2, 2, 2]) });
    expect([...outputs['y'].data]).toEqual([1, 2, 3, 2, 4, 6]);
    outside.dispose();
  });
});
