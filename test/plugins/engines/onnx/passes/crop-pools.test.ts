import * as tf from '@tensorflow/tfjs';
import { describe, expect, it } from 'vitest';
import { simplify } from '../../../../../plugins/engines/onnx/simplify.js';
import { trace } from '../../../../../plugins/engines/onnx/trace.js';
import { distance, eager, execute, numbers, type Body } from '../compare.js';

const inputs = {
  x: numbers([3, 9, 9, 2], 1),
  filter: numbers([3, 3, 2, 4], 2),
  bias: numbers([4], 3),
};

type Images = tf.Tensor4D;
type Network = (images: Images, filter: Images, bias: tf.Tensor1D) => tf.Tensor;

/** A convolution to [3,7,7,4], of which a 2x2 pool sees six rows and columns; with what `network` makes of it. */
const bodyOf =
  (network: Network, gradients = true): Body =>
  ({ x, filter, bias }): Record<string, tf.Tensor> => {
    const loss = (...[images, weights, shift]: tf.Tensor[]) =>
      tf.sum(tf.square(network(images as Images, weights as Images, shift as tf.Tensor1D)));
    if (!gradients) return { value: network(x as Images, filter as Images, bias as tf.Tensor1D) };
    const { value, grads } = tf.valueAndGrads(loss)([x, filter, bias]);
    return { value, dx: grads[0], dFilter: grads[1], dBias: grads[2] };
  };

const convolved: Network = (images, filter, bias) => tf.add(tf.conv2d(images, filter, 1, 'valid'), bias);
const pooled = (images: tf.Tensor, size = 2) => tf.maxPool(images as Images, size, size, 'valid');

const networks: Record<string, { network: Network; rows: number }> = {
  'the convolution too': { network: (...args) => pooled(convolved(...args)), rows: 6 },
  'with relu between': { network: (...args) => pooled(tf.relu(convolved(...args))), rows: 6 },
  'not where something else sees all of it': {
    network: (...args) => {
      const all = convolved(...args);
      return tf.concat([tf.sum(all, [1, 2]), tf.sum(pooled(all), [1, 2])], 0);
    },
    rows: 7,
  },
  'not where two pools leave out other rows': {
    network: (...args) => {
      const all = convolved(...args);
      return tf.concat([tf.sum(pooled(all), [1, 2]), tf.sum(pooled(all, 4), [1, 2])], 0);
    },
    rows: 7,
  },
  'not through what needs all pixels': {
    network: (...args) => pooled(tf.softmax(convolved(...args))),
    rows: 7,
  },
};

const graphOf = (body: Body) => simplify(trace(tf, inputs, body));

describe('a pool that leaves out the last row', () => {
  it.each(Object.entries(networks))('leaves it out of %s', async (_, { network, rows }) => {
    const body = bodyOf(network);
    const graph = graphOf(body);
    const heights = graph.nodes.flatMap(({ outputs }) =>
      outputs.map(({ shape }) => (shape.length === 4 ? shape[1] : 0)),
    );
    expect(heights.includes(7)).toBe(rows === 7);
    const expected = eager(inputs, body);
    const actual = await execute(graph, inputs);
    for (const [name, value] of Object.entries(expected))
      expect(distance(actual[name], value), name).toBeLessThan(1e-5);
  });

  it.each(['same', 'valid'] as const)('with padding %s and strides', async (padding) => {
    const body = bodyOf((images, filter, bias) => pooled(tf.add(tf.conv2d(images, filter, [2, 1], padding), bias), 2));
    const expected = eager(inputs, body);
    const actual = await execute(graphOf(body), inputs);
    for (const [name, value] of Object.entries(expected))
      expect(distance(actual[name], value), name).toBeLessThan(1e-5);
  });

  it('runs with a filter that is not trained', async () => {
    const body: Body = ({ x, filter, bias }) => {
      const f = (images: tf.Tensor) =>
        tf.sum(tf.square(pooled(convolved(images as Images, filter as Images, bias as tf.Tensor1D))));
      return { dx: tf.grad(f)(x) };
    };
    const actual = await execute(graphOf(body), inputs);
    expect(distance(actual['dx'], eager(inputs, body)['dx'])).toBeLessThan(1e-5);
  });

  it('runs without gradients', async () => {
    const body = bodyOf((...args) => pooled(convolved(...args)), false);
    const actual = await execute(graphOf(body), inputs);
    expect(distance(actual['value'], eager(inputs, body)['value'])).toBeLessThan(1e-5);
  });
});
