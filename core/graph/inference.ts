import type { Program, ProgramInput } from '../plugin/kinds/engine.js';
import type { HostTensors, Shape, Tf } from '../plugin/tensors.js';
import { shapesOf } from './carried.js';
import type { Network } from './network.js';
import { families, under, within, type Family } from './places.js';

/** Embeds and compares, as pure programs over what a session carries. */
export interface Inference {
  /** First values of what the programs read. */
  readonly initial: HostTensors;
  /** Length of an embedding. */
  readonly dimension: number;
  /** How many samples one run embeds at most, a power of two, so that it fits the memory and the cache. */
  readonly samplesAtOnce: number;
  /** Embeds any number of samples, given as rows or as values: output `embedding` [n, d]. `fixed` is that of Program. */
  embed(samples: 'rows' | SampleValues, fixed?: boolean): Program;
  /** Distances of any number of pairs of embeddings `left` and `right`, [n, d]: output `distance` [n]. */
  readonly distance: Program;
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
  const { dimension, samplesAtOnce } = network;
  const side: ProgramInput = { kind: 'values', dtype: 'float32', shape: [1, dimension] };
  const initial = { ...judged.under(network.weights), ...families.state.under(network.state) };
  const ofDistance = judged.under(under('distance', within('distance', network.weights)));
  return {
    initial,
    dimension,
    samplesAtOnce,
    embed: (samples, fixed = false) => ({
      name: 'embedding of samples',
      carried: shapesOf(initial),
      fixed,
      anyCount: true,
      inputs: {
        samples:
          samples === 'rows'
            ? { kind: 'rows', count: 1 }
            : { kind: 'values', dtype: samples.dtype, shape: [1, ...samples.shape] },
      },
      body({ carried, inputs, noise }) {
        const values = { ...judged.within(carried), ...families.state.within(carried) };
        const seen = samples === 'rows' ? inputs.samples : tf.mul(inputs.samples, Math.fround(samples.scale));
        const { embedding } = network.embed({ values, samples: seen, training: false, noise });
        return { carried: {}, outputs: { embedding } };
      },
    }),
    distance: {
      name: 'distance of pairs',
      carried: shapesOf(ofDistance),
      anyCount: true,
      inputs: { left: side, right: side },
      body({ carried, inputs: { left, right }, noise }) {
        const measure = network.measure({ values: judged.within(carried), training: false, noise });
        return { carried: {}, outputs: { distance: measure.between(left, right) } };
      },
    },
  };
}
