import type { Program, ProgramInput } from '../plugin/kinds/engine.js';
import type { Dtype, HostTensors, Shape, Tensors, Tf } from '../plugin/tensors.js';
import { shapesOf } from './carried.js';
import { sampleInput, samplesAmong } from './examples.js';
import type { Network } from './network.js';
import { families, under, within, type Family } from './places.js';

/** Embeds and compares, as pure programs over what a session carries. */
export interface Inference {
  /** First values of what the programs read. */
  readonly initial: HostTensors;
  /** Shape of one sample of each column that is embedded. */
  readonly columns: Readonly<Record<string, Shape>>;
  /** Length of an embedding. */
  readonly dimension: number;
  /** How many samples one run embeds at most, a power of two, so that it fits the memory and the cache. */
  readonly samplesAtOnce: number;
  /**
   * Embeds any number of samples, given as rows or as values of each column: input `samples/<column>`, output `embedding`
   * [n, d]. `fixed` is that of Program.
   */
  embed(samples: 'rows' | Readonly<Record<string, SampleValues>>, fixed?: boolean): Program;
  /** Distances of any number of pairs of embeddings `left` and `right`, [n, d]: output `distance` [n]. */
  readonly distance: Program;
}

/** A column of samples as numbers that the network sees times `scale`. */
export interface SampleValues {
  /** Of one sample. */
  readonly shape: Shape;
  readonly dtype: Exclude<Dtype, 'int32'>;
  readonly scale: number;
}

/** The programs of a network whose weights are carried as this family. */
export function inference(tf: Tf, network: Network, judged: Family = families.weights): Inference {
  const { dimension, samplesAtOnce } = network;
  const side: ProgramInput = { kind: 'values', dtype: 'float32', shape: [1, dimension] };
  const columns = Object.keys(network.columns);
  const initial = { ...judged.under(network.weights), ...families.state.under(network.state) };
  const ofDistance = judged.under(under('distance', within('distance', network.weights)));
  return {
    initial,
    columns: network.columns,
    dimension,
    samplesAtOnce,
    embed: (samples, fixed = false) => ({
      name: 'embedding of samples',
      carried: shapesOf(initial),
      fixed,
      anyCount: true,
      inputs: Object.fromEntries(
        columns.map((column) => [
          sampleInput(column),
          samples === 'rows' ? { kind: 'rows', column, count: 1 } : valuesOf(samples[column]),
        ]),
      ),
      body({ carried, inputs, noise }) {
        const values = { ...judged.within(carried), ...families.state.within(carried) };
        const given = samplesAmong(inputs, columns);
        const seen = samples === 'rows' ? given : scaled(tf, given, samples);
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

function valuesOf({ dtype, shape }: SampleValues): ProgramInput {
  return { kind: 'values', dtype, shape: [1, ...shape] };
}

function scaled(tf: Tf, given: Tensors, samples: Readonly<Record<string, SampleValues>>): Tensors {
  const entries = Object.entries(given).map(([column, values]) => [
    column,
    tf.mul(values, Math.fround(samples[column].scale)),
  ]);
  return Object.fromEntries(entries) as Tensors;
}
