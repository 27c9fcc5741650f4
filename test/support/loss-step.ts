import * as tf from '@tensorflow/tfjs';
import type {
  DistanceDescriptor,
  EngineDescriptor,
  Examples,
  HostTensors,
  LossDescriptor,
  ReducerDescriptor,
} from 'twinspec/plugin';
import { bindBase } from '../../core/graph/bound-base.js';
import { factsOf, formOf, stepFeed } from '../../core/graph/examples.js';
import { initialValues } from '../../core/graph/initial-values.js';
import { network } from '../../core/graph/network.js';
import { under } from '../../core/graph/places.js';
import { siameseGraph } from '../../core/graph/siamese-graph.js';
import { countOf } from '../../core/plugin/examples.js';
import { guarded } from '../../core/plugin/guarded.js';
import { noiseOf, stream } from '../../core/random/stream.js';
import euclidean from '../../plugins/distances/euclidean.js';
import sgd from '../../plugins/optimizers/sgd.js';
import mean from '../../plugins/reducers/mean.js';
import { create } from './graph.js';
import { trainingDefaults } from './training-defaults.js';

/** A step of a loss over samples that are their own embeddings at first. */
export interface LossStep {
  readonly loss: LossDescriptor;
  readonly reducer?: ReducerDescriptor;
  readonly distance?: DistanceDescriptor;
  /** One row a sample. */
  readonly samples: readonly (readonly number[])[];
  /** Several are accumulated. */
  readonly batches: readonly Examples[];
  readonly labels?: readonly number[];
  readonly groups?: readonly number[];
  readonly classes?: number;
}

/** What a first step gives, and what is carried after it. */
export async function lossStep(
  engine: EngineDescriptor,
  { loss, distance = euclidean, reducer = mean, samples, batches, labels, groups, classes = 0 }: LossStep,
): Promise<{ outputs: Readonly<Record<string, Float32Array>>; carried: HostTensors }> {
  const dimension = samples[0].length;
  const numbers = (given: readonly number[] | undefined) => (given === undefined ? null : Int32Array.from(given));
  const known = { labels: numbers(labels), groups: numbers(groups) };
  const base = () =>
    tf.sequential({
      layers: [
        tf.layers.dense({ units: dimension, useBias: false, kernelInitializer: 'identity', inputShape: [dimension] }),
      ],
    });
  const priced = guarded<'loss'>(loss, create(loss));
  const measure = guarded<'distance'>(distance, create(distance));
  const first = (declared: Parameters<typeof initialValues>[0] = {}) =>
    under(
      'loss',
      initialValues(declared, (name) => stream(1, name)),
    );
  const graph = siameseGraph(tf, {
    network: network(tf, {
      base: bindBase(tf, { vector: [dimension] }, base, stream(1, 'weights/base')),
      distance: measure,
      distanceWeights: initialValues(measure.weights?.({ dimension }) ?? {}, (name) => stream(1, name)),
      normalize: false,
    }),
    loss: { consumes: loss.consumes as 'pairs', loss: priced },
    similar: loss.requires?.similarity !== undefined,
    facts: factsOf(known),
    reducer: create(reducer),
    optimizer: create(sgd),
    lossLearningRate: 1,
    loop: { ...trainingDefaults, accumulate: batches.length },
    threshold: 0.5,
    lossWeights: first(priced.weights?.({ classes, dimension })),
    lossState: first(priced.state?.({ classes, dimension })),
  });
  const session = await (
    await create(engine)
  ).open({
    vector: { shape: [dimension], data: Float32Array.from(samples.flat()) },
  });
  session.write(graph.initial);
  const program = await session.compile(graph.step(formOf(batches), ...batches.map(countOf)));
  const [outputs] = await program.run([
    {
      inputs: {
        ...stepFeed(['vector'], batches, known),
        learningRate: Float32Array.of(0.01),
        step: Float32Array.of(1),
        progress: Float32Array.of(0),
      },
      noise: noiseOf(1, 1),
    },
  ]);
  const carried = await session.read();
  await session.dispose();
  return { outputs, carried };
}
