import * as tf from '@tensorflow/tfjs';
import { describe, expect, it } from 'vitest';
import { trace } from '../../../../../plugins/engines/onnx/trace.js';
import { differences, distance, eager, execute, float, int, numbers, type Body, type HostArray } from '../compare.js';

type Resize = (x: tf.Tensor, size: [number, number]) => tf.Tensor;

const resizes: Record<string, Resize> = {
  nearest: (x, size) => tf.image.resizeNearestNeighbor(x as tf.Tensor4D, size),
  'nearest, corners aligned': (x, size) => tf.image.resizeNearestNeighbor(x as tf.Tensor4D, size, true),
  'nearest, half-pixel centers': (x, size) => tf.image.resizeNearestNeighbor(x as tf.Tensor4D, size, false, true),
  bilinear: (x, size) => tf.image.resizeBilinear(x as tf.Tensor4D, size),
  'bilinear, corners aligned': (x, size) => tf.image.resizeBilinear(x as tf.Tensor4D, size, true),
  'bilinear, half-pixel centers': (x, size) => tf.image.resizeBilinear(x as tf.Tensor4D, size, false, true),
};

const cases: [image: [number, number, number, number], size: [number, number]][] = [
  [
    [2, 4, 6, 3],
    [8, 12],
  ],
  [
    [2, 3, 5, 2],
    [7, 4],
  ],
  [
    [3, 7, 5, 1],
    [3, 2],
  ],
  [
    [2, 8, 6, 2],
    [4, 3],
  ],
  [
    [1, 1, 1, 1],
    [3, 2],
  ],
  [
    [2, 1, 4, 2],
    [1, 9],
  ],
  [
    [2, 5, 3, 2],
    [1, 1],
  ],
  [
    [2, 5, 4, 3],
    [5, 4],
  ],
];

async function compiled(inputs: Record<string, HostArray>, body: Body): Promise<Record<string, HostArray>> {
  return execute(trace(tf, inputs, body), inputs);
}

/** The gradient of sum(w · resize(x)), from what resize makes of each image with a single pixel of 1. */
const gradientByPixels =
  (resize: Resize, [n, h, w, c]: [number, number, number, number], size: [number, number]): Body =>
  (t) => {
    const spread = tf.reshape(resize(tf.reshape(tf.eye(h * w), [h * w, h, w, 1]), size), [1, h * w, -1]);
    const gradient = tf.matMul(tf.tile(spread, [n, 1, 1]), tf.reshape(t['w'], [n, -1, c]));
    return { dx: tf.reshape(gradient, [n, h, w, c]) };
  };

describe.each(Object.entries(resizes))('%s', (_, resize) => {
  it.each(cases)('of %j to %j', async (image, size) => {
    const x = numbers(image, 1);
    expect(await differences({ x }, (t) => ({ y: resize(t['x'], size) }))).toEqual([]);
  });

  // tfjs's own gradients pass over half-pixel centers, mix up images of a batch or height and width, and may not end.
  it.each(cases)('gradient at %j from %j', async (image, size) => {
    const inputs = { x: numbers(image, 1), w: numbers([image[0], ...size, image[3]], 2) };
    const { dx } = await compiled(inputs, ({ x, w }) => ({
      dx: tf.grad((x) => tf.sum(tf.mul(resize(x, size), w)))(x),
    }));
    const expected = eager(inputs, gradientByPixels(resize, image, size))['dx'];
    expect(dx.shape).toEqual(image);
    expect(distance(dx, expected)).toBeLessThan(1e-6);
  });

  it('of whole numbers', async () => {
    const x = int([1, 2, 3, 1], [3, 1, 4, 1, 5, 9]);
    expect(await differences({ x }, (t) => ({ y: resize(t['x'], [3, 5]) }))).toEqual([]);
  });
});

// Positions among the two pixels: nearest 0 0 1 1; bilinear 0 ½ 1 1, with corners aligned 0 ½ 1, with half-pixel centers 0 ¼ ¾ 1.
describe('gradients by hand', () => {
  it.each([
    ['nearest', [1, 2, 3, 4], [3, 7]],
    ['nearest, corners aligned', [1, 2, 3, 4], [3, 7]],
    ['nearest, half-pixel centers', [1, 2, 3, 4], [3, 7]],
    ['bilinear', [1, 2, 3, 4], [2, 8]],
    ['bilinear, corners aligned', [1, 2, 3], [2, 4]],
    ['bilinear, half-pixel centers', [1, 2, 3, 4], [3.25, 6.75]],
  ])('%s of %j', async (name, weights, expected) => {
    const width = weights.length;
    const inputs = { x: float([2, 1, 2, 1], [0, 0, 0, 0]), w: float([2, 1, width, 1], [...weights, ...weights]) };
    const { dx } = await compiled(inputs, ({ x, w }) => ({
      dx: tf.grad((x) => tf.sum(tf.mul(resizes[name](x, [1, width]), w)))(x),
    }));
    expect(Array.from(dx.data)).toEqual([...expected, ...expected]);
  });
});
