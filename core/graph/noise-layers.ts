import type * as tfc from '@tensorflow/tfjs';
import type { NoiseKind } from '../plugin/random.js';
import type { Shape, Tensor, Tf } from '../plugin/tensors.js';

/** Noise for the next call of a layer in the current pass. */
type LayerNoise = (kind: NoiseKind, shape: Shape) => Tensor;
type NoisyCall = (tf: Tf, layer: never, input: Tensor, noise: LayerNoise) => Tensor;

interface RateLayer {
  readonly rate: number;
  getNoiseShape?(input: Tensor): Shape | null | undefined;
  readonly noiseShape?: Shape | null;
}

/** What the stock layers that draw random numbers compute in training, with the noise handed in. */
const noisyCalls: Readonly<Record<string, NoisyCall>> = {
  Dropout: dropout,
  SpatialDropout1D: dropout,

  GaussianNoise: (tf, { stddev }: { stddev: number }, input, noise) =>
    tf.add(input, tf.mul(noise('normal', input.shape), stddev)),

  // x · N(1, rate / (1 − rate))
  GaussianDropout: (tf, { rate }: RateLayer, input, noise) =>
    rate > 0 && rate < 1
      ? tf.mul(input, tf.add(tf.mul(noise('normal', input.shape), Math.sqrt(rate / (1 - rate))), 1))
      : input,

  // Klambauer et al., NIPS 2017: dropped units take the value α', then mean and variance are restored.
  AlphaDropout: (tf, layer: RateLayer, input, noise) => {
    if (layer.rate <= 0 || layer.rate >= 1) return input;
    const alpha = -1.6732632423543772 * 1.0507009873554805;
    const { kept, rate } = keepMask(tf, layer.rate, noise('bytes', layer.noiseShape ?? input.shape));
    const a = ((1 - rate) * (1 + rate * alpha ** 2)) ** -0.5;
    const masked = tf.add(tf.mul(input, kept), tf.mul(tf.sub(kept, 1), -alpha));
    return tf.add(tf.mul(masked, a), -a * alpha * rate);
  },
};

/** Makes a stock noise layer take its noise from the run; leaves every other layer alone. */
export function rebindNoise(tf: Tf, layer: tfc.layers.Layer, noise: LayerNoise): void {
  const noisyCall = noisyCalls[layer.getClassName()];
  if (noisyCall === undefined) return;
  layer.call = (inputs, kwargs) => {
    const input = Array.isArray(inputs) ? inputs[0] : inputs;
    if (!kwargs['training']) return input;
    return tf.tidy(() => noisyCall(tf, layer as never, input, noise));
  };
}

function dropout(tf: Tf, layer: RateLayer, input: Tensor, noise: LayerNoise): Tensor {
  if (layer.rate <= 0) return input;
  if (layer.rate >= 1) return tf.zerosLike(input);
  const { kept, rate } = keepMask(tf, layer.rate, noise('bytes', layer.getNoiseShape?.(input) ?? input.shape));
  return tf.mul(input, tf.mul(kept, 1 / (1 - rate)));
}

/** 1 where a unit is kept, 0 where it is dropped; `rate` is the one that bytes realise, a multiple of 1/256. */
function keepMask(tf: Tf, rate: number, bytes: Tensor): { kept: Tensor; rate: number } {
  const threshold = Math.min(255, Math.max(1, Math.round(rate * 256)));
  return { kept: tf.cast(tf.greaterEqual(bytes, threshold), 'float32'), rate: threshold / 256 };
}
