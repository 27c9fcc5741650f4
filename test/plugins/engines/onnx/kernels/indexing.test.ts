import * as tf from '@tensorflow/tfjs';
import { describe, expect, it } from 'vitest';
import { bool, differences, float, int, numbers, type Body, type HostArray } from '../compare.js';

const cases: Record<string, [Record<string, HostArray>, Body]> = {
  gather: [
    {
      x: numbers([4, 3, 2]),
      i: int([3], [3, 0, 3]),
      grid: int([2, 2], [0, 1, 2, 2]),
      batch: int([4, 2], [0, 2, 1, 1, 2, 0, 0, 0]),
    },
    ({ x, i, grid, batch }) => ({
      a: tf.gather(x, i),
      b: tf.gather(x, tf.cast(grid, 'int32'), 1),
      c: tf.gather(x, tf.scalar(1, 'int32'), 2),
      d: tf.gather(x, batch, 1, 1),
      e: tf.gather(i, grid),
    }),
  ],
  gatherND: [
    { x: numbers([4, 3, 2]), pairs: int([2, 2], [3, 0, 1, 2]), full: int([1, 3], [3, 2, 1]), one: int([1], [2]) },
    ({ x, pairs, full, one }) => ({
      a: tf.gatherND(x, pairs),
      b: tf.gatherND(x, full),
      c: tf.gatherND(x, one),
    }),
  ],
  scatter: [
    {
      i: int([3, 1], [1, 3, 1]),
      u: numbers([3, 2]),
      v: float([3], [1, 2, 3]),
      t: numbers([5, 2], 4),
      d: int([2, 1], [0, 4]),
    },
    ({ i, u, v, t, d }) => ({
      rows: tf.scatterND(i, u, [5, 2]),
      elements: tf.scatterND(i, v, [4]),
      update: tf.tensorScatterUpdate(t, d, tf.slice(u, [0, 0], [2, 2])),
      dense: tf.sparseToDense(tf.tensor1d([1, 3, 4], 'int32'), v, [6], 9),
      scalar: tf.sparseToDense(tf.tensor1d([1, 3, 4], 'int32'), tf.slice(v, [0], [1]).asScalar(), [6], 0),
    }),
  ],
  segments: [
    {
      x: numbers([5, 3]),
      ids: int([5], [2, 0, 2, 1, 0]),
      outside: int([5], [0, 7, -1, 1, 1]),
      v: numbers([5], 2),
      c: int([4], [0, 2, 2, 5]),
    },
    ({ x, ids, outside, v, c }) => ({
      a: tf.unsortedSegmentSum(x, ids as tf.Tensor1D, 3),
      b: tf.unsortedSegmentSum(v, outside as tf.Tensor1D, 2),
      c1: tf.bincount(c as tf.Tensor1D, [], 3),
      gradient: tf.grad((x) => tf.sum(tf.square(tf.gather(x, ids as tf.Tensor1D))))(x),
      inner: tf.grad((x) => tf.sum(tf.square(tf.gather(x, tf.tensor1d([2, 0, 2], 'int32'), 1))))(x),
    }),
  ],
  oneHot: [
    { i: int([4], [0, 2, 5, -1]), grid: int([2, 2], [0, 1, 2, 2]) },
    ({ i, grid }) => ({
      a: tf.oneHot(i, 3),
      b: tf.oneHot(grid, 3, 5, -1),
      d: tf.oneHot(i, 4, 1, 0, 'float32'),
    }),
  ],
  masks: [
    { x: numbers([3, 3]), m: bool([3, 3], [0, 1, 0, 1, 1, 0, 0, 0, 1]), n: numbers([2, 4, 4]) },
    ({ x, m, n }) => ({
      a: tf.where(m, x, tf.fill([3, 3], -1e9)),
      b: tf.linalg.bandPart(n, 1, 0),
      c: tf.linalg.bandPart(n, -1, 1),
    }),
  ],
};

describe('indexing', () => {
  it.each(Object.entries(cases))('%s', async (_, [inputs, body]) => {
    expect(await differences(inputs, body)).toEqual([]);
  });
});
