import type { Program, ProgramInput } from '../plugin/kinds/engine.js';
import type { HostTensors, Shape, Tf } from '../plugin/tensors.js';
import { shapesOf } from './carried.js';
import type { Network } from './network.js';
import { families, type Family } from './places.js';

/** Embeds and compares, as pure programs over what a session carries. */
export interface Inference {
  /** First values of what the programs read. */
  readonly initial: HostTensors;
  /** Length of an embedding. */
  readonly dimension: number;
  /** Embeds `count` samples, given as rows or as values: output `embedding` [count, d]. `fixed` is that of Program. */
  embed(count: number, samples: 'rows' | SampleValues, fixed?: boolean): Program;
  /** Distances of `count` pairs of embeddings `left` and `right`, [count, d]: output `distance` [count]. */
  distance(count: number): Program;
}

/** Samples as numbers that the network sees times `scale`. */
export interface SampleValues {
  /** Of one sample. */
  readonly shape: Shape;
  readonly dtype: 'float32' | 'uint8';
  readonly scale: number;
}

/** The programs of a network whose weights are carried as this family. */
export function inference(tf: Tf, network: Network, judged: Family = families.weights): Inference {
  const { dimension, distance } = network;
  const initial = { ...judged.under(network.weights), ...families.state.under(network.state) };
  return {
    initial,
    dimension,
    embed: (count, samples, fixed = false) => ({
      name: `embedding of ${count} samples`,
      carried: shapesOf(initial),
      fixed,
      inputs: {
        samples:
          samples === 'rows'
            ? { kind: 'rows', count }
            : { kind: 'values', dtype: samples.dtype, shape: [count, ...samples.shape] },
      },
      body({ carried, inputs, noise }) {
        const values = { ...judged.within(carried), ...families.state.within(carried) };
        const seen = samples === 'rows' ? inputs.samples : tf.mul(inputs.samples, Math.fround(samples.scale));
        const { embedding } = network.embed({ values, samples: seen, training: false, noise });
        return { carried: {}, outputs: { embedding } };
      },
    }),
    distance(count) {
      const side: ProgramInput = { kind: 'values', dtype: 'float32', shape: [count, dimension] };
      return {
        name: `distance of ${count} pairs`,
        carried: {},
        inputs: { left: side, right: side },
        body: ({ inputs: { left, right } }) => ({
          carried: {},
          outputs: { distance: distance.between(left, right) },
        }),
      };
    },
  };
}
