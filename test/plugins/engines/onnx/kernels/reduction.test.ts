import * as tf from '@tensorflow/tfjs';
import { describe, expect, it } from 'vitest';
import { bool, differences, float, int, numbers } from '../compare.js';

type Reduce = (x: tf.Tensor, axis?: number | number[], keepDims?: boolean) => tf.Tensor;

const reductions: Record<string, Reduce> = {
  logSumExp: tf.logSumExp,
  max: tf.max,
  mean: tf.mean,
  min: tf.min,
  prod: tf.prod,
  sum: tf.sum,
  norm: (x, axis, keepDims) => tf.norm(x, 'euclidean', axis, keepDims),
};

const axes: (number | number[] | undefined)[] = [undefined, 0, 1, -1, [0, 1], [0, 2], [1, 2], [2, 0], [0, 1, 2]];

describe('reductions', () => {
  it.each(Object.entries(reductions))('%s', async (name, f) => {
    const inputs = { x: numbers([2, 3, 4]), one: numbers([1, 1, 1]), tall: numbers([17, 3, 2]) };
    const body = (t: Record<string, tf.Tensor>) =>
      Object.fromEntries(
        Object.keys(inputs).flatMap((key) =>
          axes
            .filter((axis) => name !== 'norm' || [axis].flat().length < 3)
            .flatMap((axis) =>
              [false, true].map((keep) => [`${key} ${String(axis)} ${String(keep)}`, f(t[key], axis, keep)]),
            ),
        ),
      );
    expect(await differences(inputs, body)).toEqual([]);
  });

  it('of scalars, vectors and nothing', async () => {
    const inputs = { scalar: numbers([]), vector: numbers([5]), empty: numbers([0, 3]) };
    const body = ({ scalar, vector, empty }: Record<string, tf.Tensor>) => ({
      a: tf.sum(scalar),
      b: tf.mean(vector),
      c: tf.max(vector),
      d: tf.sum(empty, 0),
      e: tf.sum(empty),
    });
    expect(await differences(inputs, body)).toEqual([]);
  });

  it('of int32 and bool', async () => {
    const inputs = { i: int([2, 3], [3, -1, 4, 1, -5, 9]), b: bool([2, 3], [0, 1, 1, 0, 0, 0]) };
    const body = ({ i, b }: Record<string, tf.Tensor>) => ({
      sum: tf.sum(i, 0),
      mean: tf.mean(i, 1),
      max: tf.max(i, 1),
      min: tf.min(i),
      prod: tf.prod(i, 1),
      count: tf.sum(b, 1),
      all: tf.all(b, 1),
      any: tf.any(b, 1, true),
      anyOfAll: tf.any(b),
      share: tf.mean(b),
    });
    expect(await differences(inputs, body)).toEqual([]);
  });

  it('argMax and argMin take the first of equal ones', async () => {
    const x = float([3, 4], [1, 3, 3, 0, 2, 2, 2, 2, -1, -1, -2, -2]);
    const body = ({ x }: Record<string, tf.Tensor>) => ({
      a: tf.argMax(x, 1),
      b: tf.argMax(x, 0),
      c: tf.argMin(x, -1),
      d: tf.argMin(x, 0),
    });
    expect(await differences({ x }, body)).toEqual([]);
  });

  it('cumsum and cumprod', async () => {
    const inputs = { x: numbers([3, 4]), i: int([4], [1, 2, 3, 4]), one: numbers([1]) };
    const body = (t: Record<string, tf.Tensor>) =>
      Object.fromEntries(
        [false, true].flatMap((exclusive) =>
          [false, true].flatMap((reverse) => {
            const key = `${String(exclusive)} ${String(reverse)}`;
            return [
              [`sum0 ${key}`, tf.cumsum(t['x'], 0, exclusive, reverse)],
              [`sum1 ${key}`, tf.cumsum(t['x'], 1, exclusive, reverse)],
              [`ints ${key}`, tf.cumsum(t['i'], 0, exclusive, reverse)],
              [`prod ${key}`, tf.cumprod(t['x'], 1, exclusive, reverse)],
              [`one ${key}`, tf.cumprod(t['one'], 0, exclusive, reverse)],
            ];
          }),
        ),
      );
    expect(await differences(inputs, body)).toEqual([]);
  });

  it('softmax, logSoftmax and topk', async () => {
    const inputs = { x: numbers([3, 5]), v: numbers([6]), ties: float([2, 4], [1, 1, 0, 1, 2, 3, 3, 2]) };
    const body = ({ x, v, ties }: Record<string, tf.Tensor>) => {
      const top = tf.topk(x, 2);
      const tied = tf.topk(ties, 3);
      return {
        soft: tf.softmax(x),
        vector: tf.softmax(v),
        log: tf.logSoftmax(x),
        values: top.values,
        indices: top.indices,
        tiedValues: tied.values,
        tiedIndices: tied.indices,
      };
    };
    expect(await differences(inputs, body)).toEqual([]);
  });

  it('sum and mean of NaN are no number', async () => {
    const x = float([2, 3], [1, NaN, 2, 1, 2, 3]);
    const body = ({ x }: Record<string, tf.Tensor>) => ({ sum: tf.sum(x, 1), mean: tf.mean(x) });
    expect(await differences({ x }, body)).toEqual([]);
  });
});
