import type { Examples, Unit } from './kinds/dataset.js';

/** What examples of each unit are made of: columns of row numbers, in the order of a step, and columns of facts. */
const units = {
  pairs: { rows: ['left', 'right'], facts: ['same'] },
  triplets: { rows: ['anchor', 'positive', 'negative'], facts: [] },
  rows: { rows: ['rows'], facts: [] },
} as const satisfies Record<Unit, { readonly rows: readonly string[]; readonly facts: readonly string[] }>;

export const unitNames = Object.keys(units) as readonly Unit[];

/** The columns of examples by name: first those of row numbers, then the others. */
export function columnsOf(examples: Examples): Readonly<Record<string, Int32Array | Float32Array>> {
  const { rows, facts } = units[examples.unit];
  const columns = examples as unknown as Readonly<Record<string, Int32Array | Float32Array>>;
  const weight = examples.weight === undefined ? [] : ['weight'];
  return Object.fromEntries([...rows, ...facts, ...weight].map((name) => [name, columns[name]]));
}

/** The columns of row numbers by name, such as `left` and `right`. */
export function rowColumnsOf(examples: Examples): Readonly<Record<string, Int32Array>> {
  const names: readonly string[] = units[examples.unit].rows;
  return Object.fromEntries(Object.entries(columnsOf(examples)).filter(([name]) => names.includes(name))) as Readonly<
    Record<string, Int32Array>
  >;
}

/** How many samples one example is made of. */
export function samplesPerExample(unit: Unit): number {
  return units[unit].rows.length;
}

/** Number of examples. */
export function countOf(examples: Examples): number {
  return Object.values(columnsOf(examples))[0].length;
}

/** The rows of all examples, column after column: all left then all right ones; anchors, positives, negatives. */
export function rowsOf(examples: Examples): Int32Array {
  const columns = Object.values(rowColumnsOf(examples));
  if (columns.length === 1) return columns[0];
  const all = new Int32Array(columns.length * columns[0].length);
  for (const [index, column] of columns.entries()) all.set(column, index * column.length);
  return all;
}

/** The examples at these indices, each from 0 to `countOf(examples)` − 1, in their order. */
export function pick(examples: Examples, indices: Int32Array): Examples {
  const columns = Object.entries(columnsOf(examples)).map(([name, column]) => [name, taken(column, indices)]);
  return { unit: examples.unit, ...Object.fromEntries(columns) } as Examples;
}

function taken<A extends Int32Array | Float32Array>(from: A, indices: Int32Array): A {
  const to = new (from.constructor as new (length: number) => A)(indices.length);
  for (let at = 0; at < indices.length; at++) to[at] = from[indices[at]];
  return to;
}
