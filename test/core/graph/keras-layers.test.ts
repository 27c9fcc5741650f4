import * as tf from '@tensorflow/tfjs';
import { describe, expect, it } from 'vitest';
import { onBackend } from 'twinspec/plugin';
import { bindBase } from '../../../core/graph/bound-base.js';
import { valueAndGradients } from '../../../core/graph/gradients.js';
import { stream } from '../../../core/random/stream.js';
import { decode, decodeAll, fixture, type EncodedTensor } from '../../support/fixture.js';
import { norm, relativeError } from '../../support/numbers.js';

type Encoded = Record<string, EncodedTensor>;
interface Layers {
  readonly images: EncodedTensor;
  readonly cotangent: EncodedTensor;
  readonly cases: {
    readonly name: string;
    readonly layers: { readonly type: LayerType }[];
    readonly weights: Encoded;
    readonly state: Encoded;
    readonly output: EncodedTensor;
    readonly gradients: Encoded;
    readonly stateAfter: Encoded;
    readonly inference: EncodedTensor;
  }[];
}
type LayerType = 'conv2d' | 'batchNormalization' | 'activation' | 'maxPooling2d' | 'flatten' | 'dense';

const keras = fixture<Layers>('layers');
const images = decode(keras.images);
const cotangent = decode(keras.cotangent);

/** tfjs writes camelCase names of moving statistics with underscores. */
const place = (name: string) => name.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`);
const renamed = (tensors: Encoded) =>
  Object.fromEntries(Object.entries(decodeAll(tensors)).map(([name, tensor]) => [place(name), tensor]));

describe.each(keras.cases)('$name: a pass through the layers equals that of Keras', (expected) => {
  const base = bindBase(
    tf,
    { image: [28, 28, 1] },
    () =>
      tf.sequential({
        layers: expected.layers.map(({ type, ...config }, index) =>
          tf.layers[type]({ ...config, ...(index === 0 ? { inputShape: [28, 28, 1] } : {}) } as never),
        ),
      }),
    stream(1, 'weights'),
  );
  const weights = renamed(expected.weights);
  const stateAfter = renamed(expected.stateAfter);
  const noise = (): never => {
    throw new Error('these layers draw nothing');
  };
  const tensors = (values: typeof weights) =>
    Object.fromEntries(Object.entries(values).map(([name, { shape, data }]) => [name, tf.tensor(data, [...shape])]));

  it('has the places of the fixture', () => {
    expect(Object.keys(base.weights).sort()).toEqual(Object.keys(weights).sort());
    expect(Object.keys(base.state).sort()).toEqual(Object.keys(stateAfter).sort());
  });

  it('in training: output, gradients and state', () => {
    const result = onBackend(tf, 'cpu', () => {
      const values = { ...tensors(weights), ...tensors(renamed(expected.state)) };
      const samples = tf.tensor(images.data, [...images.shape]);
      const sources = Object.keys(weights).map((name) => values[name]);
      const { gradients, kept } = valueAndGradients(tf, sources, () => {
        const { embedding, state } = base.apply({ values, samples: { image: samples }, training: true, noise });
        const value = tf.sum(tf.mul(embedding, tf.tensor(cotangent.data, [...cotangent.shape])));
        return { value, kept: { output: embedding, ...state } };
      });
      const read = (tensor: tf.Tensor) => tensor.dataSync<'float32'>().slice();
      return {
        kept: Object.fromEntries(Object.entries(kept).map(([name, tensor]) => [name, read(tensor)])),
        gradients: gradients.map((gradient) => read(gradient!)),
      };
    });
    expect(relativeError(result.kept.output, decode(expected.output).data)).toBeLessThan(1e-5);
    for (const [name, { data }] of Object.entries(stateAfter)) {
      expect(relativeError(result.kept[name], data), name).toBeLessThan(1e-5);
    }
    const theirs = renamed(expected.gradients);
    const whole = norm(Object.values(theirs).flatMap(({ data }) => Array.from(data)));
    for (const [index, name] of Object.keys(weights).entries()) {
      const deviation = relativeError(result.gradients[index], theirs[name].data) * norm(theirs[name].data);
      // A bias right before batch normalization has no gradient but noise, so each is compared on the scale of them all.
      expect(deviation / whole, name).toBeLessThan(1e-5);
    }
  });

  it('in inference: output', () => {
    const output = onBackend(tf, 'cpu', () => {
      const values = { ...tensors(weights), ...tensors(stateAfter) };
      const samples = tf.tensor(images.data, [...images.shape]);
      return base
        .apply({ values, samples: { image: samples }, training: false, noise })
        .embedding.dataSync<'float32'>()
        .slice();
    });
    expect(relativeError(output, decode(expected.inference).data)).toBeLessThan(1e-5);
  });
});
