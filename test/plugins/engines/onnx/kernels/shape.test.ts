import * as tf from '@tensorflow/tfjs';
import { describe, expect, it } from 'vitest';
import { bool, differences, int, numbers, type Body, type HostArray } from '../compare.js';

const cases: Record<string, [Record<string, HostArray>, Body]> = {
  reshape: [
    { x: numbers([2, 3, 4]), s: numbers([]), e: numbers([0, 4]) },
    ({ x, s, e }) => ({
      a: tf.reshape(x, [6, 4]),
      b: tf.reshape(x, [-1]),
      c: tf.reshape(s, [1, 1]),
      d: tf.expandDims(x, 0),
      e1: tf.expandDims(x, -1),
      f: tf.squeeze(tf.expandDims(x, 1)),
      g: tf.reshape(e, [2, 0]),
      h: tf.reshape(tf.slice(x, [0, 0, 0], [1, 1, 1]), []),
    }),
  ],
  transpose: [
    { x: numbers([2, 3, 4]), v: numbers([3]), i: int([2, 2], [1, 2, 3, 4]), b: bool([2, 2], [0, 1, 1, 1]) },
    ({ x, v, i, b }) => ({
      a: tf.transpose(x),
      b1: tf.transpose(x, [1, 0, 2]),
      c: tf.transpose(v),
      d: tf.transpose(i),
      e: tf.transpose(b),
      f: tf.transpose(tf.expandDims(v, 0), [1, 0]),
    }),
  ],
  concat: [
    { a: numbers([2, 1, 3], 1), b: numbers([2, 2, 3], 2), e: numbers([2, 0, 3], 3), i: int([2], [1, 2]) },
    ({ a, b, e, i }) => ({
      axis1: tf.concat([a, b], 1),
      negative: tf.concat([a, a], -1),
      empty: tf.concat([a, e, b], 1),
      one: tf.concat([a]),
      ints: tf.concat([i, i]),
    }),
  ],
  stack: [
    { a: numbers([2, 3], 1), b: numbers([2, 3], 2), s: numbers([]) },
    ({ a, b, s }) => ({
      first: tf.stack([a, b]),
      last: tf.stack([a, b], 2),
      negative: tf.stack([a, b], -1),
      one: tf.stack([a], 1),
      scalars: tf.stack([s, s]),
    }),
  ],
  split: [
    { x: numbers([4, 6]), v: numbers([3]) },
    ({ x, v }) => ({
      ...Object.fromEntries(tf.split(x, 3, 1).map((part, i) => [`third${i}`, part])),
      ...Object.fromEntries(tf.split(x, [1, 3], 0).map((part, i) => [`sized${i}`, part])),
      ...Object.fromEntries(tf.unstack(x, 1).map((part, i) => [`column${i}`, part])),
      ...Object.fromEntries(tf.unstack(v).map((part, i) => [`element${i}`, part])),
      whole: tf.split(x, 1)[0],
    }),
  ],
  slice: [
    { x: numbers([4, 5]), v: numbers([6]) },
    ({ x, v }) => ({
      a: tf.slice(x, [1, 2], [2, 3]),
      b: tf.slice(x, [1], [-1]),
      c: tf.slice(x, 0, 4),
      d: tf.slice(v, 2, 1),
      e: tf.slice(x, [1, 1], [0, 2]),
      f: tf.stridedSlice(x, [0, 1], [4, 5], [2, 2]),
      g: tf.stridedSlice(v, [5], [0], [-2]),
      h: tf.stridedSlice(v, [-1], [-7], [-1]),
      i: tf.stridedSlice(x, [1, 0], [2, 5], [1, 1], 0, 2, 0, 0, 1),
      j: tf.stridedSlice(x, [0, 0], [4, 3], [1, 1], 0, 0, 0, 1, 0),
      k: tf.gather(x, [3, 0]),
    }),
  ],
  reverse: [
    { x: numbers([3, 1, 4]) },
    ({ x }) => ({ a: tf.reverse(x), b: tf.reverse(x, 2), c: tf.reverse(x, [-3, 1]), d: tf.reverse(x, 1) }),
  ],
  tile: [
    { x: numbers([2, 3]), i: int([2], [7, 8]), b: bool([2], [0, 1]) },
    ({ x, i, b }) => ({
      a: tf.tile(x, [2, 1]),
      b1: tf.tile(x, [1, 1]),
      c: tf.tile(i, [3]),
      d: tf.broadcastTo(x, [4, 2, 3]),
      e: tf.tile(b, [2]),
      f: tf.broadcastTo(tf.slice(x, [0, 0], [1, 1]), [5, 1]),
    }),
  ],
  pad: [
    { x: numbers([2, 3, 2]), v: numbers([4]), i: int([2], [1, 2]) },
    ({ x, v, i }) => ({
      a: tf.pad(x, [
        [1, 0],
        [0, 2],
        [0, 0],
      ]),
      b: tf.pad(v, [[2, 1]], 7),
      c: tf.pad(i, [[1, 1]], -1),
      d: tf.mirrorPad(
        x,
        [
          [1, 1],
          [2, 1],
          [0, 1],
        ],
        'reflect',
      ),
      e: tf.mirrorPad(
        x,
        [
          [2, 1],
          [0, 3],
          [0, 0],
        ],
        'symmetric',
      ),
      f: tf.mirrorPad(v, [[0, 0]], 'symmetric'),
      g: tf.pad(v, [[0, 0]]),
    }),
  ],
  blocks: [
    { x: numbers([1, 4, 6, 2]), y: numbers([4, 2, 2, 3]), z: numbers([1, 2, 2, 8]) },
    ({ x, y, z }) => ({
      apart: tf.spaceToBatchND(
        x,
        [2, 3],
        [
          [0, 0],
          [0, 0],
        ],
      ),
      padded: tf.spaceToBatchND(
        x,
        [2, 2],
        [
          [1, 1],
          [0, 2],
        ],
      ),
      joined: tf.batchToSpaceND(
        y,
        [2, 2],
        [
          [0, 0],
          [1, 0],
        ],
      ),
      deep: tf.depthToSpace(z as tf.Tensor4D, 2),
    }),
  ],
  constants: [
    { x: numbers([2, 3]), i: int([2], [1, 2]) },
    ({ x, i }) => ({
      a: tf.add(x, tf.ones([2, 3])),
      b: tf.mul(x, tf.linspace(0, 1, 3)),
      c: tf.add(i, tf.range(0, 2, 1, 'int32')),
      d: tf.concat([x, tf.fill([1, 3], 4)]),
      e: tf.matMul(x, tf.eye(3)),
      f: tf.add(tf.zerosLike(x), 2),
      g: tf.onesLike(x),
      h: tf.add(x, tf.range(3, 0, -1)),
      i1: tf.tensor2d([
        [1, 2],
        [3, 4],
      ]),
      j: tf.add(tf.mul(tf.scalar(2), 3), tf.sum(tf.ones([3, 3]), 0)),
      k: tf.diag(tf.slice(x, [0, 0], [1, 3]).reshape([3])),
      l: tf.transpose(tf.tile(tf.scalar(3).reshape([1, 1]), [2, 3])),
    }),
  ],
};

describe('shapes', () => {
  it.each(Object.entries(cases))('%s', async (_, [inputs, body]) => {
    expect(await differences(inputs, body)).toEqual([]);
  });
});
