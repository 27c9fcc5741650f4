import { defineLoss } from 'twinspec/plugin';
import { expect, it } from 'vitest';
import cpu from '../../../plugins/engines/cpu.js';
import onnx from '../../../plugins/engines/onnx/index.js';
import { absence } from '../../support/engines.js';
import { lossStep } from '../../support/loss-step.js';

const about = { name: 'test/matches', summary: 'Counts what matches.' };
const pairs = defineLoss({
  ...about,
  consumes: 'pairs',
  inject: ['tf'],
  create: (_options, tf) => ({ values: ({ same, distance }) => tf.add(same, tf.mul(distance, 0)) }),
});
const batch = defineLoss({
  ...about,
  consumes: 'batch',
  inject: ['tf'],
  create: (_options, tf) => ({ values: ({ same, distance }) => tf.add(same, tf.mul(distance, 0)) }),
});

/** Two rows of a class and three without a label, which match nobody: not each other either. */
const step = {
  samples: [[0], [1], [2], [3], [4]],
  labels: [-1, 0, -1, 0, -1],
  batches: [{ unit: 'rows', rows: Int32Array.of(0, 1, 2, 3, 4) }],
  classes: 1,
} as const;

for (const engine of [cpu, onnx]) {
  const absent = await absence(engine);
  it.skipIf(absent !== null)(`${engine.name}: rows without a label match nobody`, async () => {
    const ofPairs = await lossStep(engine, { ...step, loss: pairs });
    // One of the ten pairs of five rows.
    expect(ofPairs.outputs['loss'][0]).toBeCloseTo(1 / 10, 6);
    const ofBatch = await lossStep(engine, { ...step, loss: batch });
    // Two of the 25 places of the matrix: each of the two labeled rows beside the other.
    expect(ofBatch.outputs['loss'][0]).toBeCloseTo(2 / 25, 6);
  });
}
