import * as tf from '@tensorflow/tfjs';
import { expect, it } from 'vitest';
import { normalized } from '../../../core/graph/network.js';
import { onBackend } from '../../../core/plugin/on-backend.js';

const lengthOne = (rows: number[][]) =>
  onBackend(tf, 'cpu', () => normalized(tf, tf.tensor2d(rows)).arraySync() as number[][]);

it('is of length 1 up to the largest float32, and keeps the direction', () => {
  for (const factor of [1e-3, 1, 1e10, 2.4e15, 2.6e15, 1e20, 8e37]) {
    const [[x, y, z]] = lengthOne([[3 * factor, 0, 4 * factor]]);
    expect([x, z].map((value) => Number(value.toPrecision(6)))).toEqual([0.6, 0.8]);
    expect(y).toBe(0);
  }
});

it('leaves a zero row at zero, whatever is beside it', () => {
  expect(
    lengthOne([
      [0, 0],
      [1e20, 0],
    ]),
  ).toEqual([
    [0, 0],
    [1, 0],
  ]);
});

it('has the gradient of x / ‖x‖ for large rows too', () => {
  const gradient = onBackend(tf, 'cpu', () =>
    tf
      .grad((x) => tf.sum(tf.mul(normalized(tf, x), [[1, 0]])))(tf.tensor2d([[3e20, 4e20]]))
      .arraySync(),
  ) as number[][];
  // (1 − 0.36) / 5e20 and −0.48 / 5e20.
  expect(gradient[0].map((value) => value / 1e-21)).toEqual([expect.closeTo(1.28, 4), expect.closeTo(-0.96, 4)]);
});
