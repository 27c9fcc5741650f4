import type { Examples, Unit } from '../plugin/dataset.js';
import type { ProgramInput } from '../plugin/engine.js';
import type { TensorData } from '../plugin/tensors.js';

/** How many samples one example is made of. */
export const samplesPerExample: Readonly<Record<Unit, number>> = { pairs: 2, triplets: 3, rows: 1 };

/** Number of examples. */
export function countOf(examples: Examples): number {
  switch (examples.unit) {
    case 'pairs':
      return examples.left.length;
    case 'triplets':
      return examples.anchor.length;
    case 'rows':
      return examples.rows.length;
  }
}

/** Shapes of what `batchFeed` yields for so many examples. */
export function batchInputs(unit: Unit, count: number): Readonly<Record<string, ProgramInput>> {
  const samples: ProgramInput = { kind: 'rows', count: count * samplesPerExample[unit] };
  switch (unit) {
    case 'pairs':
      return { samples, same: { kind: 'values', dtype: 'float32', shape: [count] } };
    case 'triplets':
      return { samples };
    case 'rows':
      return { samples, label: { kind: 'values', dtype: 'int32', shape: [count] } };
  }
}

/** A batch as a program takes it. All samples go through the base network at once: left then right; anchor, positive, negative. */
export function batchFeed(batch: Examples, labels: Int32Array | null): Readonly<Record<string, TensorData>> {
  switch (batch.unit) {
    case 'pairs':
      return { samples: joined([batch.left, batch.right]), same: batch.same };
    case 'triplets':
      return { samples: joined([batch.anchor, batch.positive, batch.negative]) };
    case 'rows':
      return { samples: batch.rows, label: batch.rows.map((row) => labels![row]) };
  }
}

function joined(arrays: readonly Int32Array[]): Int32Array {
  const all = new Int32Array(arrays.length * arrays[0].length);
  for (const [index, array] of arrays.entries()) all.set(array, index * array.length);
  return all;
}
