import { readColumn } from '../plugin/columns.js';
import { rowsOf } from '../plugin/examples.js';
import type { Column } from '../plugin/kinds/dataset.js';
import type { Data } from './data.js';

/** Smallest and largest value, before the scale. */
export type SampleRange = readonly [smallest: number, largest: number];

const rowsAtOnce = 4096;
/** Of a column that is read by row, at even distances. */
const mostStoredRows = 8192;

/** The range of each column over the training rows. The event loop runs in between. */
export async function rangesOf(
  { samples, train }: Data,
  signal: AbortSignal,
): Promise<Readonly<Record<string, SampleRange>>> {
  const rows = Int32Array.from(new Set(rowsOf(train))).sort();
  const ranges: Record<string, SampleRange> = {};
  for (const [name, column] of Object.entries(samples)) ranges[name] = await rangeOf(column, rows, signal);
  return ranges;
}

async function rangeOf(column: Column, all: Int32Array, signal: AbortSignal): Promise<SampleRange> {
  const step = 'data' in column ? 1 : Math.ceil(all.length / mostStoredRows);
  const rows = all.filter((_, index) => index % step === 0);
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
