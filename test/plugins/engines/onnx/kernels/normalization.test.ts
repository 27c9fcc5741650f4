import * as tf from '@tensorflow/tfjs';
import { describe, expect, it } from 'vitest';
import { differences, numbers, type HostArray } from '../compare.js';

const positive = (x: HostArray): HostArray => ({ ...x, data: x.data.map((v) => Math.abs(v) + 0.1) });

describe('normalization', () => {
  it.each([[[6, 3]], [[2, 3, 4]], [[2, 3, 2, 4]]])('batchNorm of %j, with gradients', async (shape) => {
    const c = shape.at(-1)!;
    const inputs = {
      x: numbers(shape, 1),
      mean: numbers([c], 2),
      variance: positive(numbers([c], 3)),
      offset: numbers([c], 4),
      scale: numbers([c], 5),
    };
    const f = (...[x, mean, variance, offset, scale]: tf.Tensor[]) =>
      tf.batchNorm(x, mean, variance, offset, scale, 1e-3);
    const body = (t: Record<string, tf.Tensor>) => {
      const operands = ['x', 'mean', 'variance', 'offset', 'scale'].map((name) => t[name]);
      const gradients = tf.grads((...xs) => tf.sum(tf.square(f(...xs))))(operands);
      return {
        y: f(...operands),
        bare: tf.batchNorm(operands[0], operands[1], operands[2]),
        ...Object.fromEntries(gradients.map((g, i) => [`d${i}`, g])),
      };
    };
    expect(await differences(inputs, body)).toEqual([]);
  });

  it('moments and layer normalization', async () => {
    const inputs = { x: numbers([4, 6], 1), scale: numbers([6], 2) };
    const f = (x: tf.Tensor, scale: tf.Tensor) => {
      const { mean, variance } = tf.moments(x, -1, true);
      return tf.mul(tf.div(tf.sub(x, mean), tf.sqrt(tf.add(variance, 1e-5))), scale);
    };
    const body = ({ x, scale }: Record<string, tf.Tensor>) => {
      const [dx, ds] = tf.grads((x, s) => tf.sum(tf.pow(f(x, s), tf.scalar(3))))([x, scale]);
      return { y: f(x, scale), dx: dx, ds: ds };
    };
    expect(await differences(inputs, body, { tolerance: 1e-4 })).toEqual([]);
  });

  it('localResponseNormalization, with its gradient', async () => {
    const x = numbers([2, 2, 3, 5]);
    const f = (x: tf.Tensor) => tf.localResponseNormalization(x as tf.Tensor4D, 2, 1, 0.5, 0.75);
    const body = ({ x }: Record<string, tf.Tensor>) => ({
      y: f(x),
      dx: tf.grad((x) => tf.sum(tf.square(f(x))))(x),
    });
    expect(await differences({ x }, body)).toEqual([]);
  });
});
