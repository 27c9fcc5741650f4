import * as tf from '@tensorflow/tfjs';
import { describe, expect, it } from 'vitest';
import { simplify } from '../../../../../plugins/engines/onnx/simplify.js';
import { trace } from '../../../../../plugins/engines/onnx/trace.js';
import { differences, float, numbers, type Body, type HostArray } from '../compare.js';
import { ops } from './graphs.js';

type Pad = 'same' | 'valid' | number;
type Layer = (x: tf.Tensor, t: Record<string, tf.Tensor>) => tf.Tensor;

const conv =
  (filter: string, stride = 1, pad: Pad = 'valid', dilation = 1): Layer =>
  (x, t) =>
    tf.conv2d(x as tf.Tensor4D, t[filter] as tf.Tensor4D, stride, pad, 'NHWC', dilation);

const chain =
  (...layers: Layer[]): Layer =>
  (x, t) =>
    layers.reduce((y, layer) => layer(y, t), x);

const pool =
  (size: number, stride: number, pad: Pad = 'valid'): Layer =>
  (x) =>
    tf.maxPool(x as tf.Tensor4D, size, stride, pad);

const batchNorm: Layer = (x, t) => tf.batchNorm(x, t['mean'], t['variance'], t['v'], t['w'], 1e-3);
const each =
  (f: (x: tf.Tensor) => tf.Tensor): Layer =>
  (x) =>
    f(x);
const add =
  (name: string): Layer =>
  (x, t) =>
    tf.add(x, t[name]);

function inputsOf(channels: number): Record<string, HostArray> {
  return {
    x: numbers([2, 9, 8, channels], 1),
    f: numbers([3, 3, channels, 4], 2),
    g: numbers([3, 2, 4, 4], 3),
    one: numbers([1, 1, channels, 4], 4),
    two: numbers([1, 1, 4, 3], 5),
    single: numbers([3, 3, channels, 1], 6),
    v: numbers([4], 7),
    w: numbers([4], 8),
    mean: numbers([4], 9),
    variance: float([4], [0.5, 1, 2, 3]),
    s: numbers([], 10),
    five: numbers([1, 1, 1, 1, 1], 11),
    image: numbers([2, 7, 6, 4], 12),
  };
}

/** Layers, and how many transpositions their forward pass takes: images in, images out. */
const cases: [string, Layer, number][] = [
  ['a convolution', conv('f'), 1],
  ['`same` padding', conv('f', 1, 'same'), 1],
  ['strides', conv('f', 2), 1],
  ['strides with `same` padding', conv('f', 3, 'same'), 1],
  ['padding in numbers', conv('f', 2, 2), 1],
  ['dilation', conv('f', 1, 'same', 2), 1],
  ['a filter of 1x1', conv('one'), 0],
  ['a filter of 1x1 with strides and `same` padding', conv('one', 2, 'same'), 0],
  ['a filter of 1x1 that skips the last rows', conv('one', 3), 0],
  ['a bias', chain(conv('f'), add('v')), 1],
  ['a bias of one number', chain(conv('f'), add('s')), 1],
  ['two biases', chain(conv('f'), add('v'), add('w')), 1],
  ['a bias after relu', chain(conv('f'), add('v'), each(tf.relu), add('w')), 1],
  ['two convolutions', chain(conv('f'), add('v'), each(tf.relu), conv('g'), add('w')), 1],
  ['batch normalization', chain(conv('f'), batchNorm, each(tf.relu), conv('g', 2, 'same')), 1],
  ['sigmoid', chain(conv('f'), add('v'), each(tf.sigmoid), conv('g')), 1],
  ['tanh, elu and abs', chain(conv('f'), each(tf.tanh), conv('g'), each(tf.elu), each(tf.abs)), 1],
  [
    'leaky relu',
    chain(
      conv('f'),
      each((x) => tf.leakyRelu(x, 0.3)),
      conv('g'),
    ),
    1,
  ],
  ['a pool', chain(conv('f'), add('v'), each(tf.relu), pool(2, 2), conv('g')), 1],
  ['a pool with windows over the edge', chain(conv('f'), pool(3, 2, 'same'), add('v')), 1],
  ['a pool that leaves the last row out', chain(conv('f', 1, 'same'), pool(2, 2), each(tf.relu), conv('g')), 1],
];

describe('Convolutions compute what tfjs does', () => {
  describe.each([1, 3])('of images with %i channels', (channels) => {
    const inputs = inputsOf(channels);

    it.each(cases)('%s', async (_, layer, transpositions) => {
      const body: Body = (t) => ({ y: layer(t['x'], t) });
      expect(await differences(inputs, body, { transform: simplify })).toEqual([]);
      const graph = simplify(trace(tf, inputs, body));
      const images = graph.nodes.filter(({ op, inputs: [x] }) => op === 'Transpose' && x!.shape[0] === 2);
      // One channel is in the right order anyway.
      expect(images).toHaveLength(channels === 1 || transpositions === 0 ? transpositions : transpositions + 1);
      expect(ops(graph).some((op) => op.startsWith('twinspec.'))).toBe(false);
    });

    // tfjs has no gradient of a dilated convolution.
    it.each(cases.filter(([what]) => what !== 'dilation'))('with gradients at all weights: %s', async (_, layer) => {
      const body: Body = (t) => {
        const names = Object.keys(inputs).filter((name) => inputs[name] !== inputs['variance']);
        const loss = (...values: tf.Tensor[]) => {
          const given = { ...t, ...Object.fromEntries(names.map((name, index) => [name, values[index]])) };
          const unused = tf.addN(values.map((value) => tf.mul(tf.sum(value), 0)));
          return tf.add<tf.Scalar>(tf.sum(tf.sin(layer(given['x'], given))), unused);
        };
        const { value, grads } = tf.valueAndGrads(loss)(names.map((name) => t[name]));
        return { value, ...Object.fromEntries(names.map((name, index) => [`d ${name}`, grads[index]])) };
      };
      expect(await differences(inputs, body, { transform: simplify, tolerance: 1e-4 })).toEqual([]);
    });

    const shapes: [string, Layer][] = [
      ['one channel spread over several', chain(conv('single'), (x, t) => tf.mul(x, t['v']))],
      ['a bias for more channels than it has', chain(conv('single'), add('v'))],
      ['a bias for more channels after relu', chain(conv('single'), each(tf.relu), add('v'))],
      ['images minus a convolution', (x, t) => tf.sub(t['image'], conv('f')(x, t))],
      ['a number divided by it', (x, t) => tf.div(t['s'], conv('f')(x, t))],
      ['a bias from which it is taken', (x, t) => tf.sub(t['v'], conv('f')(x, t))],
      ['itself twice', (x, t) => ((y) => tf.mul(y, y))(conv('f')(x, t))],
      ['a skip', (x, t) => ((y) => tf.add(y, tf.relu(y)))(conv('f')(x, t))],
      [
        'two of them',
        (x, t) => tf.add(conv('f')(x, t), tf.tanh(conv('f', 1, 2)(x, t).slice([0, 0, 0, 0], [2, 7, 6, 4]))),
      ],
      [
        'a bias a row',
        (x, t) => tf.add(conv('f')(x, t), tf.reshape(t['x'].slice([0, 0, 0, 0], [2, 7, 1, 1]), [2, 7, 1, 1])),
      ],
      [
        'a pool and itself',
        (x, t) => ((y) => tf.concat([tf.maxPool(y as tf.Tensor4D, 2, 1, 'same'), y], 3))(conv('f')(x, t)),
      ],
      ['more axes', (x, t) => tf.add(conv('f')(x, t), t['five'])],
    ];
    it.each(shapes)('%s', async (_, layer) => {
      const body: Body = (t) => ({ y: layer(t['x'], t) });
      expect(await differences(inputs, body, { transform: simplify })).toEqual([]);
    });
  });
});
