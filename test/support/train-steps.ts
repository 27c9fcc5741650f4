import type { Engine, HostTensors, Samples } from 'twinspec/plugin';
import { rowFeed } from './graph.js';
import { columnRows } from '../../core/plugin/columns.js';
import type { SiameseGraph } from '../../core/graph/siamese-graph.js';
import { noiseOf } from '../../core/random/stream.js';

export interface TrainedSteps {
  readonly losses: number[];
  /** Weights, state and slots after the last step. */
  readonly carried: HostTensors;
  /** Of the first five samples, by the trained network. */
  readonly embedding: Float32Array;
}

/** Runs training steps on batches of pairs that depend on the number of the step alone. */
export async function trainSteps(
  engine: Engine,
  graph: SiameseGraph,
  samples: Samples,
  steps: number,
  pairs = 4,
): Promise<TrainedSteps> {
  const rows = columnRows(samples['samples']);
  const session = await engine.open(samples);
  session.write(graph.initial);
  const program = await session.compile(graph.step({ unit: 'pairs' }, pairs));
  const losses: number[] = [];
  for (let step = 1; step <= steps; step++) {
    const inputs = {
      ...rowFeed(Int32Array.from({ length: 2 * pairs }, (_, index) => (step * 5 + index * 7) % rows)),
      same: Float32Array.from({ length: pairs }, (_, index) => (index + 1) % 2),
      learningRate: Float32Array.of(0.01),
      step: Float32Array.of(step),
      progress: Float32Array.of(0),
    };
    const [outputs] = await program.run([{ inputs, noise: noiseOf(1, step) }]);
    losses.push(outputs['loss'][0]);
  }
  const carried = await session.read();
  const embed = await session.compile(graph.embed('rows'));
  const [{ embedding }] = await embed.run([
    { inputs: { 'samples/samples': Int32Array.of(0, 1, 2, 3, 4) }, noise: noiseOf(1, 0) },
  ]);
  await session.dispose();
  return { losses, carried, embedding };
}
