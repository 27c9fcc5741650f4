import { countOf, rowsOf, samplesPerExample } from '../plugin/examples.js';
import type { Examples, Unit } from '../plugin/kinds/dataset.js';
import type { ProgramInput } from '../plugin/kinds/engine.js';
import type { TensorData, Tensors } from '../plugin/tensors.js';

/** What is told of each sample of a batch beside its values. */
export type Fact = 'rows' | 'labels' | 'groups';

/** Of each row of a dataset; null where it tells none. */
export interface RowFacts {
  readonly labels: Int32Array | null;
  readonly groups: Int32Array | null;
}

export function factsOf({ labels, groups }: RowFacts): readonly Fact[] {
  return ['rows', ...(labels ? ['labels' as const] : []), ...(groups ? ['groups' as const] : [])];
}

/** What a step must know of its batches beside their sizes. */
export interface BatchForm {
  readonly unit: Unit;
  /** Whether examples have weights; not when absent. */
  readonly weighted?: boolean;
}

export function formOf(batches: readonly Examples[]): BatchForm {
  return { unit: batches[0].unit, weighted: batches.some(({ weight }) => weight !== undefined) };
}

/** The input that a column of the samples goes to. */
export function sampleInput(column: string): string {
  return `samples/${column}`;
}

/** The samples among the inputs of a program, by column, in the order of the columns. */
export function samplesAmong(inputs: Tensors, columns: readonly string[]): Tensors {
  return Object.fromEntries(columns.map((column) => [column, inputs[sampleInput(column)]]));
}

/** What a step over batches of these sizes takes, named as `stepFeed` names it. */
export function stepInputs(
  columns: readonly string[],
  facts: readonly Fact[],
  form: BatchForm,
  counts: readonly number[],
): Readonly<Record<string, ProgramInput>> {
  return merged(counts.map((count) => batchInputs(columns, facts, form, count)));
}

function batchInputs(
  columns: readonly string[],
  facts: readonly Fact[],
  { unit, weighted }: BatchForm,
  count: number,
): Record<string, ProgramInput> {
  const samples = count * samplesPerExample(unit);
  const bySample: ProgramInput = { kind: 'values', dtype: 'int32', shape: [samples] };
  const byExample: ProgramInput = { kind: 'values', dtype: 'float32', shape: [count] };
  return {
    ...keyed(columns.map(sampleInput), (_, index) => ({ kind: 'rows', column: columns[index], count: samples })),
    ...(unit === 'pairs' && { same: byExample }),
    ...keyed(facts, () => bySample),
    ...(weighted && { weight: byExample }),
  };
}

/**
 * Batches as a program of `stepInputs` takes them: those of the first by their names, those of batch i as `<name>/<i>`. All
 * samples of a batch go through the base network at once, in the order of `rowsOf`.
 */
export function stepFeed(
  columns: readonly string[],
  batches: readonly Examples[],
  known: RowFacts,
): Readonly<Record<string, TensorData>> {
  const { weighted } = formOf(batches);
  return merged(batches.map((batch) => batchFeed(columns, batch, known, weighted)));
}

function batchFeed(
  columns: readonly string[],
  batch: Examples,
  { labels, groups }: RowFacts,
  weighted = false,
): Record<string, TensorData> {
  const rows = rowsOf(batch);
  return {
    ...keyed(columns.map(sampleInput), () => rows),
    ...(batch.unit === 'pairs' && { same: batch.same }),
    rows,
    ...(labels && { labels: rows.map((row, index) => labelOf(labels, row, index)) }),
    ...(groups && { groups: rows.map((row) => groups[row]) }),
    ...(weighted && { weight: batch.weight ?? new Float32Array(countOf(batch)).fill(1) }),
  };
}

/** A row without a label has one of its own in every batch, so that it matches none. */
function labelOf(labels: Int32Array, row: number, index: number): number {
  return labels[row] < 0 ? -1 - index : labels[row];
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

function keyed<T>(names: readonly string[], value: (name: string, index: number) => T): Record<string, T> {
  return Object.fromEntries(names.map((name, index) => [name, value(name, index)]));
}
