import type { Examples, Unit } from '../plugin/kinds/dataset.js';
import type { ProgramInput } from '../plugin/kinds/engine.js';
import type { TensorData, Tensors } from '../plugin/tensors.js';

/** How many samples one example is made of. */
export const samplesPerExample: Readonly<Record<Unit, number>> = { pairs: 2, triplets: 3, rows: 1 };

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

/** A batch as a program takes it. All samples go through the base network at once, in the order of `rowsOf`. */
export function batchFeed(batch: Examples, labels: Int32Array | null): Readonly<Record<string, TensorData>> {
  const samples = rowsOf(batch);
  switch (batch.unit) {
    case 'pairs':
      return { samples, same: batch.same };
    case 'triplets':
      return { samples };
    case 'rows':
      return { samples, label: batch.rows.map((row) => labels![row]) };
  }
}

/** The rows of a batch: all left then all right ones; anchors, positives, negatives. */
export function rowsOf(batch: Examples): Int32Array {
  switch (batch.unit) {
    case 'pairs':
      return joined([batch.left, batch.right]);
    case 'triplets':
      return joined([batch.anchor, batch.positive, batch.negative]);
    case 'rows':
      return batch.rows;
  }
}

/** Inputs of a step over several batches: those of the first are named as they are, those of batch i `<name>/<i>`. */
export function stepInputs(unit: Unit, counts: readonly number[]): Readonly<Record<string, ProgramInput>> {
  return merged(counts.map((count) => batchInputs(unit, count)));
}

/** Batches as a program of `stepInputs` takes them. */
export function stepFeed(
  batches: readonly Examples[],
  labels: Int32Array | null,
): Readonly<Record<string, TensorData>> {
  return merged(batches.map((batch) => batchFeed(batch, labels)));
}

/** The inputs of one batch of a step, as `batchInputs` names them, and those that all batches share. */
export function ofBatch(inputs: Tensors, index: number): Tensors {
  if (index === 0) return inputs;
  const end = `/${index}`;
  const own = Object.entries(inputs).filter(([name]) => name.endsWith(end));
  return { ...inputs, ...Object.fromEntries(own.map(([name, tensor]) => [name.slice(0, -end.length), tensor])) };
}

function merged<T>(batches: readonly Readonly<Record<string, T>>[]): Record<string, T> {
  const named = batches.flatMap((batch, index) =>
    Object.entries(batch).map(([name, value]) => [index === 0 ? name : `${name}/${index}`, value] as const),
  );
  return Object.fromEntries(named);
}

function joined(arrays: readonly Int32Array[]): Int32Array {
  const all = new Int32Array(arrays.length * arrays[0].length);
  for (const [index, array] of arrays.entries()) all.set(array, index * array.length);
  return all;
}
