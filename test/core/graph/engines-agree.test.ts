import type * as tfjs from '@tensorflow/tfjs';
import { describe, expect, it } from 'vitest';
import type { EngineDescriptor, HostTensors } from 'twinspec/plugin';
import type { SiameseGraph } from '../../../core/graph/siamese-graph.js';
import { noiseOf, stream } from '../../../core/random/stream.js';
import cpu from '../../../plugins/engines/cpu.js';
import onnx from '../../../plugins/engines/onnx/index.js';
import adam from '../../../plugins/optimizers/adam.js';
import { create, graphOf, randomSamples, rowFeed } from '../../support/graph.js';
import { relativeError } from '../../support/numbers.js';

const rows = 40;
const pairs = 12;
const steps = 5;

const bases: Record<string, { shape: number[]; model: (tf: typeof tfjs) => tfjs.LayersModel }> = {
  'an MLP with dropout': {
    shape: [20],
    model: (tf) =>
      tf.sequential({
        layers: [
          tf.layers.dense({ units: 16, activation: 'relu', inputShape: [20] }),
          tf.layers.dropout({ rate: 0.3 }),
          tf.layers.dense({ units: 8, activation: 'relu' }),
        ],
      }),
  },
  'a CNN with batch normalization and noise': {
    shape: [12, 12, 1],
    model: (tf) =>
      tf.sequential({
        layers: [
          tf.layers.conv2d({ filters: 4, kernelSize: 3, useBias: false, inputShape: [12, 12, 1] }),
          tf.layers.batchNormalization(),
          tf.layers.activation({ activation: 'relu' }),
          tf.layers.maxPooling2d({ poolSize: 2 }),
          tf.layers.gaussianNoise({ stddev: 0.1 }),
          tf.layers.conv2d({ filters: 6, kernelSize: 3, padding: 'same', activation: 'relu' }),
          tf.layers.averagePooling2d({ poolSize: 2, padding: 'same' }),
          tf.layers.flatten(),
          tf.layers.dense({ units: 8 }),
        ],
      }),
  },
};

/** What is carried after each step, and the losses. */
async function trainOn(
  engine: EngineDescriptor,
  graph: SiameseGraph,
  shape: number[],
): Promise<{ carried: HostTensors[]; losses: number[] }> {
  const session = await (await create(engine)).open(randomSamples(rows, shape));
  session.write(graph.initial);
  const program = await session.compile(graph.step({ unit: 'pairs' }, pairs));
  const carried: HostTensors[] = [];
  const losses: number[] = [];
  for (let step = 1; step <= steps; step++) {
    const random = stream(2, 'batch', step);
    const [outputs] = await program.run([
      {
        inputs: {
          ...rowFeed(Int32Array.from({ length: 2 * pairs }, () => random.integer(rows))),
          same: Float32Array.from({ length: pairs }, () => random.integer(2)),
          learningRate: Float32Array.of(0.01),
          step: Float32Array.of(step),
          progress: Float32Array.of(step / steps),
        },
        noise: noiseOf(1, step),
      },
    ]);
    losses.push(outputs.loss[0]);
    carried.push(await session.read());
  }
  await session.dispose();
  return { carried, losses };
}

describe.each(Object.entries(bases))('five training steps of %s', (_name, { shape, model }) => {
  it('are the same on onnx and on cpu: losses, weights, state and slots', async () => {
    const graph = graphOf(model, { optimizer: create(adam) });
    const [ours, reference] = [await trainOn(onnx, graph, shape), await trainOn(cpu, graph, shape)];
    expect(relativeError(ours.losses, reference.losses)).toBeLessThan(1e-5);
    for (const [index, expected] of reference.carried.entries()) {
      expect(Object.keys(ours.carried[index]).sort()).toEqual(Object.keys(expected).sort());
      for (const [place, { data }] of Object.entries(expected)) {
        expect(relativeError(ours.carried[index][place].data, data), `${place} after step ${index + 1}`).toBeLessThan(
          1e-3,
        );
      }
    }
  });
});
