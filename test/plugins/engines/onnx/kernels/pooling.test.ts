import * as tf from '@tensorflow/tfjs';
import { describe, expect, it } from 'vitest';
import { differences, numbers, type HostArray } from '../compare.js';

type Case = [
  image: [number, number, number, number],
  size: number | [number, number],
  strides: number | [number, number],
  pad: 'same' | 'valid' | number,
];

const cases: Case[] = [
  [[2, 4, 6, 3], 2, 2, 'valid'],
  [[2, 5, 7, 2], 2, 2, 'valid'],
  [[2, 5, 7, 2], 2, 2, 'same'],
  [[1, 6, 6, 1], 3, 2, 'valid'],
  [[1, 6, 6, 2], 3, 2, 'same'],
  [[1, 6, 5, 2], 3, 1, 'same'],
  [[1, 6, 6, 2], 3, 3, 'valid'],
  [[2, 4, 6, 1], [4, 6], [4, 6], 'valid'],
  [[2, 4, 6, 1], [1, 2], [1, 2], 'valid'],
  [[2, 4, 6, 1], [2, 1], [2, 1], 'valid'],
  [[1, 7, 7, 1], 2, 3, 'valid'],
  [[1, 5, 5, 2], 1, 2, 'valid'],
  [[1, 5, 5, 2], 1, 1, 'valid'],
  [[1, 1, 1, 1], 1, 1, 'same'],
  [[1, 5, 5, 2], 3, 2, 1],
];

/** Few different numbers, so that most windows have ties. */
const coarse = (x: HostArray): HostArray => ({ ...x, data: x.data.map((v) => Math.round(v / 2)) });

describe.each([
  ['maxPool', tf.maxPool],
  ['avgPool', tf.avgPool],
] as const)('%s', (_, pool) => {
  it.each(cases)('of %j, windows %j every %j, %s', async (image, size, strides, pad) => {
    const f = (x: tf.Tensor) => pool(x as tf.Tensor4D, size, strides, pad);
    const body = ({ x, w, ties }: Record<string, tf.Tensor>) => ({
      y: f(x),
      dx: tf.grad((x) => tf.sum(tf.mul(f(x), w)))(x),
      tied: f(ties),
      dTied: tf.grad((x) => tf.sum(tf.mul(f(x), w)))(ties),
      negative: f(tf.sub(x, 10)),
    });
    const info = tf.backend_util.computePool2DInfo(image, size, strides, 1, pad);
    const inputs = { x: numbers(image, 1), ties: coarse(numbers(image, 2)), w: numbers(info.outShape, 3) };
    expect(await differences(inputs, body)).toEqual([]);
  });
});

describe('other pools', () => {
  it('over everything, and in one dimension', async () => {
    const inputs = { x: numbers([2, 4, 3, 5], 1), line: numbers([2, 6, 3], 2) };
    const body = ({ x, line }: Record<string, tf.Tensor>) => ({
      mean: tf.mean(x, [1, 2]),
      max: tf.max(x, [1, 2]),
      along: tf.pool(tf.expandDims<tf.Tensor4D>(line, 1), [1, 2], 'max', 'valid', 1, [1, 2]),
      gradient: tf.grad((x) => tf.sum(tf.square(tf.max(x, [1, 2]))))(x),
    });
    expect(await differences(inputs, body)).toEqual([]);
  });
});
