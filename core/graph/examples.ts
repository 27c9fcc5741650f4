import { columnsOf, rowsOf, samplesPerExample } from '../plugin/examples.js';
import type { Examples, Unit } from '../plugin/kinds/dataset.js';
import type { ProgramInput } from '../plugin/kinds/engine.js';
import type { TensorData, Tensors } from '../plugin/tensors.js';

interface Fact {
  readonly dtype: 'float32' | 'int32';
  of(columns: ReturnType<typeof columnsOf>, labels: Int32Array | null): TensorData;
}

/** What a program is fed with of each example beside its samples. */
const factsOf: Readonly<Record<Unit, Readonly<Record<string, Fact>>>> = {
  pairs: { same: { dtype: 'float32', of: ({ same }) => same } },
  triplets: {},
  rows: {
    label: {
      dtype: 'int32',
      of: ({ rows }, labels): Int32Array =>
        Int32Array.from(rows as Int32Array, (row, index) => labelOf(labels!, row, index)),
    },
  },
};

/** A row without a label has one of its own in every batch, so that it matches none. */
function labelOf(labels: Int32Array, row: number, index: number): number {
  return labels[row] < 0 ? -1 - index : labels[row];
}

/** The input that a column of the samples goes to. */
export function sampleInput(column: string): string {
  return `samples/${column}`;
}

/** The samples among the inputs of a program, by column, in the order of the columns. */
export function samplesAmong(inputs: Tensors, columns: readonly string[]): Tensors {
  return Object.fromEntries(columns.map((column) => [column, inputs[sampleInput(column)]]));
}

/** Shapes of what `batchFeed` yields for so many examples. */
export function batchInputs(
  columns: readonly string[],
  unit: Unit,
  count: number,
): Readonly<Record<string, ProgramInput>> {
  const rows = count * samplesPerExample(unit);
  const samples = columns.map((column): [string, ProgramInput] => [
    sampleInput(column),
    { kind: 'rows', column, count: rows },
  ]);
  return {
    ...Object.fromEntries(samples),
    ...mapped(factsOf[unit], ({ dtype }) => ({ kind: 'values' as const, dtype, shape: [count] })),
  };
}

/** A batch as a program takes it. All samples go through the base network at once, in the order of `rowsOf`. */
export function batchFeed(
  columns: readonly string[],
  batch: Examples,
  labels: Int32Array | null,
): Readonly<Record<string, TensorData>> {
  const rows = rowsOf(batch);
  return {
    ...Object.fromEntries(columns.map((column) => [sampleInput(column), rows])),
    ...mapped(factsOf[batch.unit], ({ of }) => of(columnsOf(batch), labels)),
  };
}

/** Inputs of a step over several batches: those of the first are named as they are, those of batch i `<name>/<i>`. */
export function stepInputs(
  columns: readonly string[],
  unit: Unit,
  counts: readonly number[],
): Readonly<Record<string, ProgramInput>> {
  return merged(counts.map((count) => batchInputs(columns, unit, count)));
}

/** Batches as a program of `stepInputs` takes them. */
export function stepFeed(
  columns: readonly string[],
  batches: readonly Examples[],
  labels: Int32Array | null,
): Readonly<Record<string, TensorData>> {
  return merged(batches.map((batch) => batchFeed(columns, batch, labels)));
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

function mapped<T, U>(from: Readonly<Record<string, T>>, map: (value: T) => U): Record<string, U> {
  return Object.fromEntries(Object.entries(from).map(([name, value]) => [name, map(value)]));
}
