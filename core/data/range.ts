import { readColumn } from '../plugin/columns.js';
import { rowsOf } from '../plugin/examples.js';
import type { Column, Examples } from '../plugin/kinds/dataset.js';

const rowsAtOnce = 4096;

/** Smallest and largest value of a column among the rows of examples, before its scale. The event loop runs in between. */
export async function rangeOf(
  column: Column,
  examples: Examples,
  signal: AbortSignal,
): Promise<readonly [smallest: number, largest: number]> {
  const rows = Int32Array.from(new Set(rowsOf(examples))).sort();
  let [smallest, largest] = [Infinity, -Infinity];
  for (let start = 0; start < rows.length; start += rowsAtOnce) {
    signal.throwIfAborted();
    for (const value of await readColumn(column, rows.subarray(start, start + rowsAtOnce))) {
      if (value < smallest) smallest = value;
      if (value > largest) largest = value;
    }
    await new Promise(setImmediate);
  }
  return [smallest, largest];
}
