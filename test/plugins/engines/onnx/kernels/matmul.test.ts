import * as tf from '@tensorflow/tfjs';
import { describe, expect, it } from 'vitest';
import { differences, int, numbers } from '../compare.js';

const shapes: [number[], number[]][] = [
  [
    [2, 3],
    [3, 4],
  ],
  [
    [1, 1],
    [1, 1],
  ],
  [
    [1, 5],
    [5, 1],
  ],
  [
    [2, 2, 3],
    [2, 3, 4],
  ],
  [
    [1, 2, 3],
    [1, 3, 4],
  ],
  [
    [2, 2, 3],
    [1, 3, 4],
  ],
  [
    [3, 2, 2, 3],
    [3, 2, 3, 1],
  ],
  [
    [2, 2, 3],
    [3, 4],
  ],
];

const flip = (shape: number[]) => [...shape.slice(0, -2), shape.at(-1)!, shape.at(-2)!];

describe('matrix products', () => {
  it.each(shapes)('of %j and %j', async (a, b) => {
    const inputs = { a: numbers(a, 1), b: numbers(b, 2), at: numbers(flip(a), 3), bt: numbers(flip(b), 4) };
    const body = ({ a, b, at, bt }: Record<string, tf.Tensor>) => ({
      plain: tf.matMul(a, b),
      left: tf.matMul(at, b, true),
      right: tf.matMul(a, bt, false, true),
      both: tf.matMul(at, bt, true, true),
    });
    expect(await differences(inputs, body)).toEqual([]);
  });

  it.each(shapes.filter(([a, b]) => a.length === b.length))('gradients of %j and %j', async (a, b) => {
    for (const [ta, tb] of [
      [false, false],
      [true, false],
      [false, true],
      [true, true],
    ] as const) {
      const inputs = { a: numbers(ta ? flip(a) : a, 1), b: numbers(tb ? flip(b) : b, 2) };
      if (a[0] !== b[0] && a.length > 2) continue;
      const body = ({ a, b }: Record<string, tf.Tensor>) => {
        const [da, db] = tf.grads((a, b) => tf.sum(tf.square(tf.matMul(a, b, ta, tb))))([a, b]);
        return { da: da, db: db };
      };
      expect(await differences(inputs, body)).toEqual([]);
    }
  });

  it.each(['linear', 'relu', 'relu6', 'elu', 'sigmoid', 'leakyrelu', 'prelu'] as const)(
    'fused with %s',
    async (activation) => {
      const inputs = { a: numbers([3, 4], 1), b: numbers([4, 5], 2), bias: numbers([5], 3), alpha: numbers([5], 4) };
      const body = ({ a, b, bias, alpha }: Record<string, tf.Tensor>) => ({
        y: tf.fused.matMul({
          a: a,
          b: b,
          bias: bias,
          activation,
          ...(activation === 'prelu' ? { preluActivationWeights: alpha } : {}),
        }),
        bare: tf.fused.matMul({ a: a, b: b, activation: 'relu' }),
      });
      expect(await differences(inputs, body)).toEqual([]);
    },
  );

  it('dot, outer product, einsum and int32', async () => {
    const inputs = { a: numbers([3, 4], 1), b: numbers([4, 5], 2), v: numbers([4], 3), i: int([2, 2], [1, 2, 3, 4]) };
    const body = ({ a, b, v, i }: Record<string, tf.Tensor>) => ({
      dot: tf.dot(v, v),
      matrixVector: tf.dot(a, v),
      outer: tf.outerProduct(v as tf.Tensor1D, v as tf.Tensor1D),
      einsum: tf.einsum('ij,jk->ik', a, b),
      swapped: tf.einsum('ij,jk->ki', a, b),
      trace: tf.einsum('ij,ij->i', a, a),
      ints: tf.matMul(i, i),
    });
    expect(await differences(inputs, body)).toEqual([]);
  });
});
