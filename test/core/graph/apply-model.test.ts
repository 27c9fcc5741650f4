import * as tf from '@tensorflow/tfjs';
import { describe, expect, it } from 'vitest';
import { onBackend } from 'twinspec/plugin';
import { modelCall, samplesAtOnce } from '../../../core/graph/apply-model.js';
import { relativeError } from '../../support/numbers.js';

/** Activations of 2^15 numbers a sample: chunks of 16 samples. */
const shape: [number, number, number] = [128, 128, 1];
const samples = 70;

function network(...extra: tf.layers.Layer[]): tf.Sequential {
  const { conv2d, maxPooling2d, flatten, dense } = tf.layers;
  const first = conv2d({ filters: 2, kernelSize: 1, activation: 'relu', inputShape: shape });
  return tf.sequential({ layers: [first, ...extra, maxPooling2d({ poolSize: 32 }), flatten(), dense({ units: 4 })] });
}

/** Embeddings, the gradient of their sum by the first kernel, and how many convolutions ran. */
function pass(model: tf.Sequential, call: (samples: tf.Tensor) => tf.Tensor) {
  let convolutions = 0;
  const [convolution] = model.layers;
  const original = convolution.call.bind(convolution);
  convolution.call = (inputs, kwargs) => {
    convolutions++;
    return original(inputs, kwargs);
  };
  const x = tf.randomNormal([samples, ...shape], 0, 1, 'float32', 7);
  const kernel = model.layers[0].trainableWeights[0].read() as tf.Variable;
  const gradients = tf.variableGrads(() => tf.sum(call(x)), [kernel]).grads;
  const gradient = Object.values(gradients)[0].dataSync().slice();
  convolutions = 0;
  return { output: call(x).dataSync().slice(), gradient, convolutions };
}

describe('layers over images', () => {
  it('run in chunks of the batch, with the outputs and gradients of the whole', () => {
    onBackend(tf, 'cpu', () => {
      const model = network();
      const call = modelCall(tf, model);
      const chunked = pass(model, (x) => call([x], true));
      const whole = pass(model, (x) => model.apply(x, { training: true }) as tf.Tensor);
      expect([chunked.convolutions, whole.convolutions]).toEqual([5, 1]);
      expect(pass(model, (x) => call([x], false)).convolutions).toBe(1);
      expect(relativeError(chunked.output, whole.output)).toBeLessThan(1e-6);
      expect(relativeError(chunked.gradient, whole.gradient)).toBeLessThan(1e-5);
      model.dispose();
    });
  });

  it('stay whole where one of them normalises over the batch', () => {
    onBackend(tf, 'cpu', () => {
      const model = network(tf.layers.batchNormalization());
      const call = modelCall(tf, model);
      expect(pass(model, (x) => call([x], true)).convolutions).toBe(1);
      model.dispose();
    });
  });
});

it('fewer samples are embedded at once where an activation is larger: 2^22 numbers', () => {
  onBackend(tf, 'cpu', () => {
    const dense = (units: number) => tf.sequential({ layers: [tf.layers.dense({ units, inputShape: [2] })] });
    // 2^15 numbers a sample in the images.
    expect([network(), dense(5), dense(2 ** 15 + 1), dense(2 ** 23)].map(samplesAtOnce)).toEqual([128, 256, 64, 1]);
  });
});
