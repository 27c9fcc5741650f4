import * as tf from '@tensorflow/tfjs';
import { describe, expect, it } from 'vitest';
import { trace } from '../../../../../plugins/engines/onnx/trace.js';
import { differences, distance, eager, execute, float, numbers, type Body } from '../compare.js';

type Triple = [number, number, number];
type Volume = [number, number, number, number, number];

const convolutions: [volume: Volume, filter: Volume, strides: number | Triple, pad: 'same' | 'valid'][] = [
  [[2, 4, 5, 6, 2], [2, 3, 3, 2, 3], 1, 'valid'],
  [[2, 4, 5, 6, 2], [3, 3, 2, 2, 3], 1, 'same'],
  [[1, 6, 5, 4, 1], [3, 2, 2, 1, 2], 2, 'same'],
  [[1, 5, 5, 3, 1], [1, 1, 1, 1, 2], 2, 'same'],
  [[1, 7, 5, 4, 1], [2, 2, 2, 1, 2], [3, 2, 1], 'valid'],
  [[2, 3, 3, 3, 2], [1, 1, 1, 2, 4], 1, 'valid'],
  [[2, 3, 4, 5, 1], [3, 4, 5, 1, 2], 1, 'valid'],
  [[1, 1, 1, 1, 1], [1, 1, 1, 1, 1], 1, 'same'],
  [[2, 1, 5, 5, 3], [3, 3, 3, 3, 2], 1, 'same'],
];

describe('conv3d', () => {
  it.each(convolutions)('of %j with %j every %j, %s', async (volume, filter, strides, pad) => {
    const conv = (x: tf.Tensor, w: tf.Tensor) => tf.conv3d(x as tf.Tensor5D, w as tf.Tensor5D, strides, pad);
    const body = ({ x, w }: Record<string, tf.Tensor>) => {
      const [dx, dw] = tf.grads((x, w) => tf.sum(tf.square(conv(x, w))))([x, w]);
      return { y: conv(x, w), dx, dw };
    };
    expect(await differences({ x: numbers(volume, 1), w: numbers(filter, 2) }, body)).toEqual([]);
  });

  it('dilated and transposed', async () => {
    const inputs = {
      x: numbers([1, 6, 5, 7, 2], 1),
      w: numbers([2, 2, 3, 2, 3], 2),
      small: numbers([2, 2, 3, 2, 3], 3),
    };
    const body = ({ x, w, small }: Record<string, tf.Tensor>) => ({
      dilated: tf.conv3d(x as tf.Tensor5D, w as tf.Tensor5D, 1, 'valid', 'NDHWC', [3, 1, 2]),
      up: tf.conv3dTranspose(small as tf.Tensor5D, w as tf.Tensor5D, [2, 4, 6, 4, 2], 2, 'same'),
    });
    expect(await differences(inputs, body)).toEqual([]);
  });
});

// A tensor of [n,4,4,4,1] with steps of 2 and windows of 1: tfjs reads pixels 1 and 3, TensorFlow 0 and 2.
it.each<[kernel: string, f: (x: tf.Tensor5D) => tf.Tensor]>([
  ['Conv3D', (x) => tf.conv3d(x, tf.ones([1, 1, 1, 1, 1]), 2, 'same')],
  ['MaxPool3D', (x) => tf.maxPool3d(x, 1, 2, 'same')],
  ['AvgPool3D', (x) => tf.avgPool3d(x, 1, 2, 'same')],
])('%s that skips the first pixels is refused', (kernel, f) => {
  const x = numbers([1, 4, 4, 4, 1]);
  const body = (t: Record<string, tf.Tensor>) => ({ y: f(t['x'] as tf.Tensor5D) });
  expect(() => trace(tf, { x }, body)).toThrow(
    expect.objectContaining({ code: 'ENGINE_UNSUPPORTED', message: expect.stringContaining(kernel) as string }),
  );
});

const windows: [volume: Volume, size: number | Triple, strides: number | Triple, pad: 'same' | 'valid' | number][] = [
  [[2, 4, 4, 6, 3], 2, 2, 'valid'],
  [[2, 5, 3, 7, 2], 2, 2, 'valid'],
  [[2, 5, 3, 7, 2], 2, 2, 'same'],
  [[1, 5, 4, 6, 1], 3, 1, 'same'],
  [[1, 6, 5, 4, 2], 3, [1, 2, 1], 'valid'],
  [[1, 4, 4, 4, 2], [3, 2, 2], [2, 1, 1], 'valid'],
  [[1, 4, 4, 4, 2], [1, 2, 2], [1, 2, 2], 'valid'],
  [[1, 4, 3, 3, 2], [2, 1, 1], [2, 1, 1], 'valid'],
  [[1, 1, 1, 1, 1], 1, 1, 'same'],
  [[1, 5, 5, 5, 1], 3, 2, 1],
];

describe.each([
  ['maxPool3d', tf.maxPool3d],
  ['avgPool3d', tf.avgPool3d],
] as const)('%s', (_, pool) => {
  it.each(windows)('of %j, windows %j every %j, %s', async (volume, size, strides, pad) => {
    const f = (x: tf.Tensor) => pool(x as tf.Tensor5D, size, strides, pad);
    const body = ({ x, w }: Record<string, tf.Tensor>) => ({
      y: f(x),
      dx: tf.grad((x) => tf.sum(tf.mul(f(x), w)))(x),
      negative: f(tf.sub(x, 10)),
    });
    const { outShape } = tf.backend_util.computePool3DInfo(volume, size, strides, 1, pad);
    expect(await differences({ x: numbers(volume, 1), w: numbers(outShape, 3) }, body)).toEqual([]);
  });
});

// tfjs's own gradient mixes up height and width of the window.
it('maxPool3d over windows of unequal height and width', async () => {
  const inputs = { x: numbers([2, 4, 4, 6, 2], 1), w: numbers([2, 2, 2, 2, 2], 2) };
  const gradient =
    (f: (x: tf.Tensor) => tf.Tensor): Body =>
    ({ x, w }) => ({ dx: tf.grad((x) => tf.sum(tf.mul(f(x), w)))(x) });
  const pool = gradient((x) => tf.maxPool3d(x as tf.Tensor5D, [2, 2, 3], [2, 2, 3], 'valid'));
  const maxima = gradient((x) => tf.max(tf.reshape(x, [4, 2, 2, 2, 2, 3, 2]), [1, 3, 5]).reshape([2, 2, 2, 2, 2]));
  const { dx } = await execute(trace(tf, inputs, pool), inputs);
  expect(distance(dx, eager(inputs, maxima)['dx'])).toBe(0);
});

describe('by hand', () => {
  it('convolves two voxels with two taps', async () => {
    const inputs = { x: float([1, 2, 1, 1, 1], [2, 3]), w: float([2, 1, 1, 1, 1], [5, 7]) };
    const conv = (x: tf.Tensor, w: tf.Tensor) => tf.conv3d(x as tf.Tensor5D, w as tf.Tensor5D, 1, 'valid');
    const body = ({ x, w }: Record<string, tf.Tensor>) => {
      const [dx, dw] = tf.grads((x, w) => tf.sum(conv(x, w)))([x, w]);
      return { y: conv(x, w), dx, dw };
    };
    const { y, dx, dw } = await execute(trace(tf, inputs, body), inputs);
    expect([...y.data, ...dx.data, ...dw.data]).toEqual([31, 5, 7, 2, 3]);
  });

  it('gives the gradient of equal maxima to the first', async () => {
    const inputs = { x: float([1, 2, 2, 2, 1], [0, 1, 4, 1, 4, 4, 0, 4]) };
    const body = ({ x }: Record<string, tf.Tensor>) => ({
      dx: tf.grad((x) => tf.sum(tf.maxPool3d(x as tf.Tensor5D, 2, 2, 'valid')))(x),
    });
    const { dx } = await execute(trace(tf, inputs, body), inputs);
    expect(Array.from(dx.data)).toEqual([0, 0, 1, 0, 0, 0, 0, 0]);
  });
});
