import * as tf from '@tensorflow/tfjs';
import { describe, expect, it } from 'vitest';
import { differences, numbers } from '../compare.js';

type Pad = 'same' | 'valid' | number;

interface Case {
  image: [number, number, number, number];
  filter: [number, number, number];
  strides: number | [number, number];
  pad: Pad;
  dilations?: number;
}

const cases: Case[] = [
  { image: [2, 5, 6, 3], filter: [3, 3, 4], strides: 1, pad: 'valid' },
  { image: [2, 5, 6, 3], filter: [3, 3, 4], strides: 1, pad: 'same' },
  { image: [1, 7, 5, 1], filter: [3, 2, 2], strides: 2, pad: 'valid' },
  { image: [2, 8, 5, 2], filter: [3, 3, 3], strides: 2, pad: 'same' },
  { image: [2, 8, 7, 2], filter: [2, 3, 1], strides: [3, 2], pad: 'same' },
  { image: [2, 6, 6, 2], filter: [1, 1, 5], strides: 1, pad: 'valid' },
  { image: [2, 6, 6, 2], filter: [1, 1, 5], strides: 2, pad: 'same' },
  { image: [1, 3, 3, 1], filter: [3, 3, 1], strides: 1, pad: 'valid' },
  { image: [1, 1, 1, 1], filter: [1, 1, 1], strides: 1, pad: 'same' },
  { image: [2, 5, 5, 2], filter: [3, 3, 2], strides: 1, pad: 1 },
  { image: [1, 9, 1, 3], filter: [5, 1, 2], strides: 1, pad: 'same' },
  { image: [1, 8, 8, 2], filter: [3, 3, 2], strides: 1, pad: 'same', dilations: 2 },
  { image: [1, 8, 7, 1], filter: [3, 2, 2], strides: 1, pad: 'valid', dilations: 3 },
];

const label = (c: Case): string => JSON.stringify(c);

describe('conv2d', () => {
  it.each(cases.map((c) => [label(c), c] as const))('%s', async (_, { image, filter, strides, pad, dilations = 1 }) => {
    const inputs = { x: numbers(image, 1), w: numbers([filter[0], filter[1], image[3], filter[2]], 2) };
    const conv = (x: tf.Tensor, w: tf.Tensor) =>
      tf.conv2d(x as tf.Tensor4D, w as tf.Tensor4D, strides, pad, 'NHWC', dilations);
    const body = ({ x, w }: Record<string, tf.Tensor>): Record<string, tf.Tensor> => {
      const y = conv(x, w);
      if (dilations > 1) return { y };
      const [dx, dw] = tf.grads((x, w) => tf.sum(tf.square(conv(x, w))))([x, w]);
      return { y, dx: dx, dw: dw };
    };
    expect(await differences(inputs, body)).toEqual([]);
  });

  it('of images with the channels first', async () => {
    const inputs = { x: numbers([2, 3, 5, 6], 1), w: numbers([3, 3, 3, 4], 2) };
    const conv = (x: tf.Tensor, w: tf.Tensor) => tf.conv2d(x as tf.Tensor4D, w as tf.Tensor4D, 2, 'same', 'NCHW');
    expect(await differences(inputs, ({ x, w }) => ({ y: conv(x, w) }))).toEqual([]);
  });

  it('fused, transposed and in one dimension', async () => {
    const inputs = {
      x: numbers([2, 5, 5, 3], 1),
      w: numbers([3, 3, 3, 4], 2),
      bias: numbers([4], 3),
      small: numbers([2, 3, 3, 4], 4),
      line: numbers([2, 7, 3], 5),
      w1: numbers([3, 3, 2], 6),
    };
    const body = ({ x, w, bias, small, line, w1 }: Record<string, tf.Tensor>) => ({
      fused: tf.fused.conv2d({
        x: x as tf.Tensor4D,
        filter: w as tf.Tensor4D,
        strides: 1,
        pad: 'same',
        bias: bias,
        activation: 'relu',
      }),
      up: tf.conv2dTranspose(small as tf.Tensor4D, w as tf.Tensor4D, [2, 5, 5, 3], 2, 'same'),
      strided: tf.conv1d(line as tf.Tensor3D, w1 as tf.Tensor3D, 2, 'same'),
      dilated: tf.conv1d(line as tf.Tensor3D, w1 as tf.Tensor3D, 1, 'valid', 'NWC', 2),
    });
    expect(await differences(inputs, body)).toEqual([]);
  });

  it('transposed, with gradients', async () => {
    const inputs = { x: numbers([2, 3, 3, 4], 1), w: numbers([3, 3, 2, 4], 2) };
    const body = ({ x, w }: Record<string, tf.Tensor>) => {
      const [dx, dw] = tf.grads((x, w) =>
        tf.sum(tf.square(tf.conv2dTranspose(x as tf.Tensor4D, w as tf.Tensor4D, [2, 6, 6, 2], 2, 'same'))),
      )([x, w]);
      return { dx: dx, dw: dw };
    };
    expect(await differences(inputs, body)).toEqual([]);
  });
});

describe('depthwiseConv2d', () => {
  it.each(cases.map((c) => [label(c), c] as const))('%s', async (_, { image, filter, strides, pad, dilations = 1 }) => {
    // tfjs asks for square strides here.
    const stride = [strides].flat()[0];
    const inputs = { x: numbers(image, 1), w: numbers([filter[0], filter[1], image[3], filter[2]], 2) };
    const conv = (x: tf.Tensor, w: tf.Tensor) =>
      tf.depthwiseConv2d(x as tf.Tensor4D, w as tf.Tensor4D, stride, pad, 'NHWC', dilations);
    const body = ({ x, w }: Record<string, tf.Tensor>): Record<string, tf.Tensor> => {
      const y = conv(x, w);
      if (dilations > 1) return { y };
      const [dx, dw] = tf.grads((x, w) => tf.sum(tf.square(conv(x, w))))([x, w]);
      return { y, dx: dx, dw: dw };
    };
    expect(await differences(inputs, body)).toEqual([]);
  });

  it('separable and fused', async () => {
    const inputs = {
      x: numbers([2, 5, 5, 3], 1),
      d: numbers([3, 3, 3, 2], 2),
      p: numbers([1, 1, 6, 4], 3),
      b: numbers([6], 4),
    };
    const body = ({ x, d, p, b }: Record<string, tf.Tensor>) => ({
      separable: tf.separableConv2d(x as tf.Tensor4D, d as tf.Tensor4D, p as tf.Tensor4D, 1, 'same'),
      fused: tf.fused.depthwiseConv2d({
        x: x as tf.Tensor4D,
        filter: d as tf.Tensor4D,
        strides: 1,
        pad: 'valid',
        bias: b,
        activation: 'relu6',
      }),
    });
    expect(await differences(inputs, body)).toEqual([]);
  });
});
