import { defineSampler, rowsOf, type Epoch, type Examples, type Unit } from 'twinspec/plugin';
import { expect, it } from 'vitest';
import { train } from 'twinspec';
import { misfit } from '../../../core/plugin/units.js';
import cpu from '../../../plugins/engines/cpu.js';
import onnx from '../../../plugins/engines/onnx/index.js';
import { losses } from '../../same-bits/losses.js';
import { blobs, blobSpec } from '../../support/blobs.js';
import { absence } from '../../support/engines.js';

const units: readonly Unit[] = ['pairs', 'triplets', 'rows'];
const lossOf = { pairs: 'contrastive', triplets: 'same/triplets', batch: 'same/batch' } as const;
const size = 12;

/** Examples of a unit of consecutive rows; rows of one class are three apart. */
function examples(unit: Unit, rows: Int32Array): Examples {
  if (unit === 'rows') return { unit, rows };
  const [near, far] = [rows.map((row) => row + 3), rows.map((row) => row + 1)];
  if (unit === 'triplets') return { unit, anchor: rows, positive: near, negative: far };
  return {
    unit,
    left: rows,
    right: near.map((row, index) => (index % 2 === 0 ? row : far[index])),
    same: Float32Array.from(rows, (_, index) => 1 - (index % 2)),
  };
}

const remaking = (yields: Unit) =>
  defineSampler({
    name: `remaking/${yields}`,
    summary: 'Makes examples of another unit.',
    yields: { pairs: yields, triplets: yields, rows: yields },
    create: () => ({
      epoch: ({ examples: given }): Epoch => {
        const rows = rowsOf(given).subarray(0, 3 * size + 5);
        return {
          batches: 4,
          batch: (index) => examples(yields, rows.slice(index * size, (index + 1) * size)),
        };
      },
    }),
  });

const combinations = units.flatMap((unit) =>
  units.flatMap((yields) =>
    (['pairs', 'triplets', 'batch'] as const)
      .filter((consumes) => misfit(yields, consumes) === null)
      .map((consumes) => ({ unit, yields, consumes })),
  ),
);

for (const engine of [cpu, onnx]) {
  const absent = await absence(engine);
  it.skipIf(absent !== null).each(combinations)(
    `${engine.name}${absent ? ` (${absent})` : ''}: $unit that a sampler makes $yields of train a loss of $consumes`,
    async ({ unit, yields, consumes }) => {
      const spec = blobSpec({
        base: { use: 'mlp', with: { units: [8, 4] } },
        loss: lossOf[consumes],
        engine: engine.name,
        training: { learningRate: 0.01, batchSize: size, epochs: 3, sampler: `remaking/${yields}` },
      });
      const { summary, model } = await train(spec, { plugins: [blobs(unit), remaking(yields), ...losses] });
      await model.dispose();
      expect(summary.steps).toBe(3 * 4);
      expect(summary.trainingLoss).toBeGreaterThan(0);
      expect(summary.test!.auc).toBeGreaterThan(0.7);
    },
  );
}
