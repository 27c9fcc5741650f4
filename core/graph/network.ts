import { TwinspecError } from '../errors.js';
import type { Distance } from '../plugin/kinds/distance.js';
import type { Noise } from '../plugin/random.js';
import { stopGradient } from '../plugin/math.js';
import type { HostTensors, Shape, Tensor, Tensors, Tf } from '../plugin/tensors.js';
import type { BaseOutput, BasePass, BoundBase } from './bound-base.js';
import { under, within } from './places.js';

/** What a network is made of. */
export interface NetworkParts {
  readonly base: BoundBase;
  readonly distance: Distance;
  /** First values of the distance's own weights, by name. */
  readonly distanceWeights: HostTensors;
  /** Scales embeddings to length 1. */
  readonly normalize: boolean;
}

/** A base network and a distance: embeds samples and tells how far embeddings are apart. All that a trained model needs. */
export interface Network {
  /** First values, by place: `base/…`, and `distance/<name>`. */
  readonly weights: HostTensors;
  readonly state: HostTensors;
  /** Shape of one sample of each column that the base takes, in the order of its inputs. */
  readonly columns: Readonly<Record<string, Shape>>;
  /** Length of an embedding. */
  readonly dimension: number;
  /** How many samples are embedded at once, at most, where nothing is trained; a power of two. */
  readonly samplesAtOnce: number;
  /** Embeds samples as the spec asks for it. */
  embed(pass: BasePass): BaseOutput;
  /** The distances of one pass. */
  measure(pass: MeasurePass): Measure;
  /** The weight after an update, projected by its layer's constraint if it has one. */
  constrain(place: string, weight: Tensor): Tensor;
}

export interface MeasurePass {
  /** Values of at least the distance's own weights, by place. */
  readonly values: Tensors;
  readonly training: boolean;
  readonly noise: Noise;
}

export interface Measure {
  /** [n, d] and [n, d] -> [n] */
  between(a: Tensor, b: Tensor): Tensor;
  /** [n, d] and [m, d] -> [n, m] */
  matrix(a: Tensor, b: Tensor): Tensor;
  /** The similarity of a distance that states one, of any shape. */
  toSimilarity(distance: Tensor): Tensor;
}

export function network(tf: Tf, { base, distance, distanceWeights, normalize }: NetworkParts): Network {
  return {
    weights: { ...base.weights, ...under('distance', distanceWeights) },
    state: base.state,
    columns: base.columns,
    dimension: base.dimension,
    samplesAtOnce: base.samplesAtOnce,
    constrain: base.constrain,
    embed(pass) {
      const output = base.apply(pass);
      return normalize ? { ...output, embedding: normalized(tf, output.embedding) } : output;
    },
    measure: (pass) => measure(tf, distance, pass),
  };
}

function measure(tf: Tf, distance: Distance, { values, training, noise }: MeasurePass): Measure {
  const weights = within('distance', values);
  let calls = 0;
  const inputs = () => {
    const call = calls++;
    const own: Noise = (name, kind, shape) => noise(`distance/${call}/${name}`, kind, shape);
    return { weights, training, noise: training ? own : noNoise };
  };
  return {
    between: (a, b) => distance.between(a, b, inputs()),
    matrix: (a, b) =>
      distance.matrix?.(a, b, inputs()) ?? distance.between(tf.expandDims(a, 1), tf.expandDims(b, 0), inputs()),
    toSimilarity: (apart) => distance.toSimilarity!(apart),
  };
}

function noNoise(name: string): never {
  throw new TwinspecError('PLUGIN_FAILED', `it asks for the noise "${name}" outside of training.`, {
    hint: 'Ask for noise only where `training` is true: a model that is used gives the same distances each time.',
  });
}

/** x / max(‖x‖, 1e-6), rows of [n, d] up to the largest float32; a zero row stays zero and its gradient is finite. */
export function normalized(tf: Tf, embedding: Tensor): Tensor {
  // A power of two, so that all rows but huge ones keep their bits.
  const brought = stopGradient(tf, () => {
    const largest = tf.max(tf.abs(embedding), -1, true); // [n, 1]
    return tf.where(tf.greater(largest, 1e16), tf.fill(largest.shape, 2 ** -70), tf.onesLike(largest));
  });
  const scaled = tf.mul(embedding, brought);
  const squares = tf.sum(tf.square(scaled), -1, true); // [n, 1]
  return tf.mul(scaled, tf.rsqrt(tf.maximum(squares, 1e-12)));
}
