import * as tf from '@tensorflow/tfjs';
import type {
  Descriptor,
  Engine,
  EngineDescriptor,
  LoadedDataset,
  Loss,
  OptionSchemas,
  Samples,
} from 'twinspec/plugin';
import { bindBase } from '../../core/graph/bound-base.js';
import { network } from '../../core/graph/network.js';
import type { GraphParts } from '../../core/graph/parts.js';
import { siameseGraph, type SiameseGraph } from '../../core/graph/siamese-graph.js';
import { noSeed, randomService, stream } from '../../core/random/stream.js';
import cpu from '../../plugins/engines/cpu.js';
import rmsprop from '../../plugins/optimizers/rmsprop.js';
import euclidean from '../../plugins/distances/euclidean.js';
import contrastive from '../../plugins/losses/contrastive.js';
import mean from '../../plugins/reducers/mean.js';
import { trainingDefaults } from './training-defaults.js';

/** Creates a plugin with these options over its defaults; an engine may take its time. */
export function create(descriptor: EngineDescriptor, options?: Record<string, unknown>): Promise<Engine>;
export function create<T>(descriptor: Descriptor<string, T>, options?: Record<string, unknown>): T;
export function create(descriptor: Descriptor, options: Record<string, unknown> = {}): unknown {
  const services = {
    tf,
    random: randomService(1, descriptor.name),
    fixedRandom: randomService(noSeed, descriptor.name),
    logger: { warn: () => undefined },
  };
  return descriptor.create(
    { ...defaultsOf(descriptor.options), ...options },
    ...descriptor.inject.map((name) => services[name]),
  );
}

function defaultsOf(options: OptionSchemas): Record<string, unknown> {
  return Object.fromEntries(Object.entries(options).map(([name, option]) => [name, option.default]));
}

export type OtherParts = Partial<Omit<GraphParts, 'network' | 'loss'>> & { readonly loss?: Loss<never> };

/** A graph of the classic parts over a base of one's own; a loss of pairs. */
export function graphOf(
  base: (tfjs: typeof tf) => tf.LayersModel,
  { loss = create(contrastive), ...parts }: OtherParts = {},
  seed = 1,
): SiameseGraph {
  return siameseGraph(tf, {
    network: network(tf, {
      base: bindBase(tf, { samples: [] }, () => base(tf), stream(seed, 'weights/base')),
      distance: create(euclidean),
      distanceWeights: {},
      normalize: false,
    }),
    loss: { consumes: 'pairs', loss },
    similar: false,
    facts: ['rows'],
    reducer: create(mean),
    optimizer: create(rmsprop),
    lossLearningRate: 1,
    loop: trainingDefaults,
    threshold: 0.5,
    lossWeights: {},
    lossState: {},
    ...parts,
  });
}

/** Rows of the column `samples` that a step of a graph takes. */
export function rowFeed(rows: Int32Array): Readonly<Record<string, Int32Array>> {
  return { 'samples/samples': rows, rows };
}

export function cpuEngine(): Promise<Engine> {
  return create(cpu);
}

/** Random samples of a shape, standard normal; their column is called samples. */
export function randomSamples(rows: number, shape: readonly number[], seed = 1): Samples {
  const size = shape.reduce((product, dimension) => product * dimension, 1);
  return { samples: { shape, data: Float32Array.from({ length: rows * size }, stream(seed, 'samples').normal) } };
}

export type { LoadedDataset };
