import * as tf from '@tensorflow/tfjs';
import { numbers, type Body, type HostArray } from './compare.js';

export interface Step {
  readonly inputs: Record<string, HostArray>;
  readonly body: Body;
}

type Weights = Record<string, tf.Tensor>;

/** A training step of a base network over 2n rows: contrastive loss, all gradients, RMSprop. */
function contrastiveStep(
  weights: Record<string, HostArray>,
  inputs: Record<string, HostArray>,
  embed: (x: tf.Tensor, weights: Weights, tensors: Weights) => tf.Tensor2D,
): Step {
  const names = Object.keys(weights);
  const slots = Object.fromEntries(
    names.map((name) => [`${name}/slot`, { ...weights[name], data: weights[name].data.map(() => 0.1) }]),
  );
  const learningRate: HostArray = { shape: [], dtype: 'float32', data: Float32Array.of(0.001) };
  return {
    inputs: { ...inputs, ...weights, ...slots, learningRate },
    body(t) {
      const loss = (...values: tf.Tensor[]): tf.Scalar => {
        const embedded = embed(t['x'], Object.fromEntries(names.map((name, i) => [name, values[i]])), t);
        const [left, right] = tf.split(embedded, 2) as [tf.Tensor2D, tf.Tensor2D];
        const squared = tf.sum(tf.square(tf.sub(left, right)), 1);
        const zero = tf.step(squared);
        const d = tf.mul(zero, tf.sqrt(tf.sub(tf.add(squared, 1), zero)));
        const same = t['same'];
        const apart = tf.square(tf.relu(tf.sub(1, d)));
        return tf.mean(tf.add(tf.mul(same, tf.square(d)), tf.mul(tf.sub(1, same), apart)));
      };
      const { value, grads } = tf.valueAndGrads(loss)(names.map((name) => t[name]));
      const outputs: Record<string, tf.Tensor> = { loss: value };
      names.forEach((name, i) => {
        const slot = tf.add(tf.mul(t[`${name}/slot`], 0.9), tf.mul(tf.square(grads[i]), 0.1));
        const change = tf.div(tf.mul(grads[i], t['learningRate']), tf.sqrt(tf.add(slot, 1e-7)));
        outputs[`${name}/slot'`] = slot;
        outputs[`${name}'`] = tf.sub(t[name], change);
      });
      return outputs;
    },
  };
}

const scaled = (x: HostArray, scale: number): HostArray => ({
  ...x,
  data: x.data.map((v) => v * scale),
});

const sameOf = (pairs: number): HostArray => ({
  shape: [pairs],
  dtype: 'float32',
  data: Float32Array.from({ length: pairs }, (_, i) => i % 2),
});

/** The reference MLP, 784-128-128-128 by default, with dropout of rate 1/2 from bytes. */
export function mlpStep(pairs = 128, features = 784, units = [128, 128, 128]): Step {
  const weights: Record<string, HostArray> = {};
  const noise: Record<string, HostArray> = {};
  [features, ...units].slice(0, -1).forEach((from, i) => {
    weights[`kernel${i}`] = scaled(numbers([from, units[i]], i + 1), Math.sqrt(1 / from));
    weights[`bias${i}`] = scaled(numbers([units[i]], i + 10), 0.1);
    if (i < units.length - 1) {
      const bytes = numbers([pairs * 2, units[i]], i + 20).data.map((v) => Math.floor((v + 2) * 64));
      noise[`noise${i}`] = { shape: [pairs * 2, units[i]], dtype: 'float32', data: bytes };
    }
  });
  const inputs = { x: numbers([pairs * 2, features], 99), same: sameOf(pairs), ...noise };
  return contrastiveStep(weights, inputs, (x, w, t) => {
    let y = x as tf.Tensor2D;
    units.forEach((_, i) => {
      y = tf.relu(tf.add(tf.matMul(y, w[`kernel${i}`] as tf.Tensor2D), w[`bias${i}`]));
      if (t[`noise${i}`]) y = tf.mul(y, tf.mul(tf.cast(tf.less(t[`noise${i}`], 128), 'float32'), 2));
    });
    return y;
  });
}

/** conv 32 3x3, pool, conv 64 3x3, pool, dense 128 on one-channel images, the convolutions in chunks of the batch. */
export function cnnStep(pairs = 128, size = 28, filters = [32, 64], units = 128, chunks = 1): Step {
  const [f1, f2] = filters as [number, number];
  const side = Math.floor((Math.floor((size - 2) / 2) - 2) / 2);
  const weights = {
    filter0: scaled(numbers([3, 3, 1, f1], 1), 0.3),
    bias0: scaled(numbers([f1], 2), 0.1),
    filter1: scaled(numbers([3, 3, f1, f2], 3), 0.06),
    bias1: scaled(numbers([f2], 4), 0.1),
    kernel: scaled(numbers([side * side * f2, units], 5), 0.02),
    bias: scaled(numbers([units], 6), 0.1),
  };
  const inputs = { x: numbers([pairs * 2, size, size, 1], 99), same: sameOf(pairs) };
  return contrastiveStep(weights, inputs, (x, w) => {
    const block = (y: tf.Tensor4D, i: number) =>
      tf.maxPool(
        tf.relu<tf.Tensor4D>(tf.add(tf.conv2d(y, w[`filter${i}`] as tf.Tensor4D, 1, 'valid'), w[`bias${i}`])),
        2,
        2,
        'valid',
      );
    const parts = tf.split(x, chunks).map((part) => {
      const y = block(block(part as tf.Tensor4D, 0), 1);
      return tf.reshape(y, [(pairs * 2) / chunks, -1]);
    });
    return tf.add(tf.matMul(tf.concat(parts) as tf.Tensor2D, w['kernel'] as tf.Tensor2D), w['bias']);
  });
}
