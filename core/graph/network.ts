import type { Distance } from '../plugin/kinds/distance.js';
import type { HostTensors, Tensor, Tf } from '../plugin/tensors.js';
import type { BaseOutput, BasePass, BoundBase } from './bound-base.js';

/** What a network is made of. */
export interface NetworkParts {
  readonly base: BoundBase;
  readonly distance: Distance;
  /** Scales embeddings to length 1. */
  readonly normalize: boolean;
}

/** A base network and a distance: embeds samples and tells how far embeddings are apart. All that a trained model needs. */
export interface Network {
  /** First values, by place. */
  readonly weights: HostTensors;
  readonly state: HostTensors;
  /** Length of an embedding. */
  readonly dimension: number;
  readonly distance: Distance;
  /** How many samples are embedded at once, at most, where nothing is trained; a power of two. */
  readonly samplesAtOnce: number;
  /** Embeds samples as the spec asks for it. */
  embed(pass: BasePass): BaseOutput;
  /** The weight after an update, projected by its layer's constraint if it has one. */
  constrain(place: string, weight: Tensor): Tensor;
}

export function network(tf: Tf, { base, distance, normalize }: NetworkParts): Network {
  const { weights, state, dimension, samplesAtOnce, constrain } = base;
  return {
    weights,
    state,
    dimension,
    samplesAtOnce,
    distance,
    constrain,
    embed(pass) {
      const output = base.apply(pass);
      return normalize ? { ...output, embedding: normalized(tf, output.embedding) } : output;
    },
  };
}

/** x / max(‖x‖, 1e-6), rows of [n, d]; a zero row stays zero and its gradient is finite. */
export function normalized(tf: Tf, embedding: Tensor): Tensor {
  const squares = tf.sum(tf.square(embedding), -1, true); // [n, 1]
  return tf.mul(embedding, tf.rsqrt(tf.maximum(squares, 1e-12)));
}
