import * as tf from '@tensorflow/tfjs';
import { describe, expect, it } from 'vitest';
import { differences, numbers } from '../compare.js';

type F = (...xs: tf.Tensor[]) => tf.Tensor;

/** Functions of tensors [3,4], the last of them positive. */
const functions: Record<string, F> = {
  abs: (x) => tf.abs(x),
  add: (x, y) => tf.add(x, y),
  addBroadcast: (x, y) => tf.add(x, tf.sum(y, 0)),
  asinh: (x) => tf.asinh(x),
  atan: (x) => tf.atan(x),
  atan2: (x, y) => tf.atan2(x, y),
  clip: (x) => tf.clipByValue(x, -0.5, 0.5),
  concat: (x, y) => tf.concat([x, y], 1),
  cos: (x) => tf.cos(x),
  cosh: (x) => tf.cosh(x),
  cumsum: (x) => tf.cumsum(x, 1),
  div: (x, _, p) => tf.div(x, p),
  elu: (x) => tf.elu(x),
  erf: (x) => tf.erf(x),
  exp: (x) => tf.exp(x),
  expm1: (x) => tf.expm1(x),
  gather: (x) => tf.gather(x, tf.tensor1d([2, 0, 0], 'int32')),
  leakyRelu: (x) => tf.leakyRelu(x, 0.1),
  log: (_, __, p) => tf.log(p),
  log1p: (_, __, p) => tf.log1p(p),
  logSoftmax: (x) => tf.logSoftmax(x),
  logSumExp: (x) => tf.logSumExp(x, 1),
  matMul: (x, y) => tf.matMul(x, y, false, true),
  max: (x) => tf.max(x, 1),
  maximum: (x, y) => tf.maximum(x, y),
  mean: (x) => tf.mean(x, 0),
  min: (x) => tf.min(x, 0),
  minimum: (x, y) => tf.minimum(x, y),
  mirrorPad: (x) =>
    tf.pad(x, [
      [1, 1],
      [0, 2],
    ]),
  mod: (x, _, p) => tf.mod(x, p),
  mul: (x, y) => tf.mul(x, y),
  mulBroadcast: (x, y) => tf.mul(tf.mean(x, 1, true), y),
  neg: (x) => tf.neg(x),
  norm: (x) => tf.norm(x, 'euclidean', 1),
  pow: (x, _, p) => tf.pow(p, x),
  powScalar: (x) => tf.pow(x, tf.scalar(3, 'int32')),
  prelu: (x, y) => tf.prelu(x, y),
  preluShared: (x, y) => tf.prelu(x, tf.mean(y, 0)),
  prod: (x) => tf.prod(x, 1),
  reciprocal: (_, __, p) => tf.reciprocal(p),
  relu: (x) => tf.relu(x),
  relu6: (x) => tf.relu6(tf.mul(x, 5)),
  reshape: (x) => tf.reshape(x, [2, 6]),
  reverse: (x) => tf.reverse(x, 1),
  rsqrt: (_, __, p) => tf.rsqrt(p),
  selu: (x) => tf.selu(x),
  sigmoid: (x) => tf.sigmoid(x),
  sin: (x) => tf.sin(x),
  sinh: (x) => tf.sinh(x),
  slice: (x) => tf.slice(x, [1, 0], [2, 3]),
  softmax: (x) => tf.softmax(x),
  softplus: (x) => tf.softplus(x),
  spaceToBatch: (x) =>
    tf.spaceToBatchND(
      tf.reshape(x, [1, 3, 4, 1]),
      [1, 2],
      [
        [0, 0],
        [0, 0],
      ],
    ),
  split: (x) => tf.square(tf.split(x, 2, 1)[1]),
  sqrt: (_, __, p) => tf.sqrt(p),
  square: (x) => tf.square(x),
  squaredDifference: (x, y) => tf.squaredDifference(x, y),
  stack: (x, y) => tf.stack([x, y], 1),
  sub: (x, y) => tf.sub(tf.sum(x, 1, true), y),
  sum: (x) => tf.sum(x, 0),
  swish: (x) => tf.mul(x, tf.sigmoid(x)),
  tan: (x) => tf.tan(x),
  tanh: (x) => tf.tanh(x),
  tile: (x) => tf.tile(x, [2, 3]),
  transpose: (x) => tf.transpose(x),
  unstack: (x) => tf.square(tf.unstack(x, 0)[1]),
  where: (x, y) => tf.where(tf.greater(tf.range(0, 12).reshape([3, 4]), 5), x, y),
};

describe('gradients', () => {
  it.each(Object.entries(functions))('%s', async (_, f) => {
    const p = numbers([3, 4], 3);
    const inputs = {
      x: numbers([3, 4], 1),
      y: numbers([3, 4], 2),
      p: { ...p, data: p.data.map((v) => Math.abs(v) + 0.2) as Float32Array },
    };
    const body = ({ x, y, p }: Record<string, tf.Tensor>) => {
      const ones = (a: tf.Tensor, b: tf.Tensor, c: tf.Tensor) =>
        tf.add(tf.sum(tf.sin(f(a, b, c))), tf.mul(1e-3, tf.sum(tf.add(tf.add(a, b), c))));
      const [dx, dy, dp] = tf.grads(ones)([x, y, p]);
      return { dx: dx, dy: dy, dp: dp };
    };
    expect(await differences(inputs, body, { tolerance: 3e-5 })).toEqual([]);
  });

  it('of gradients', async () => {
    const x = numbers([3, 4]);
    const f = (x: tf.Tensor) => tf.sum(tf.tanh(tf.square(x)));
    const body = ({ x }: Record<string, tf.Tensor>) => ({
      second: tf.grad((x) => tf.sum(tf.square(tf.grad(f)(x))))(x),
    });
    expect(await differences({ x }, body)).toEqual([]);
  });

  it('through customGrad', async () => {
    const inputs = { x: numbers([3, 4], 1), y: numbers([3, 4], 2) };
    const stop = tf.customGrad((...args) => ({
      value: tf.clone(args[0] as tf.Tensor),
      gradFunc: (dy: tf.Tensor) => tf.zerosLike(dy),
    }));
    const body = ({ x, y }: Record<string, tf.Tensor>) => {
      const [dx, dy] = tf.grads((x, y) => tf.sum(tf.mul(stop(x), tf.add(x, y))))([x, y]);
      return { dx: dx, dy: dy };
    };
    expect(await differences(inputs, body)).toEqual([]);
  });
});
