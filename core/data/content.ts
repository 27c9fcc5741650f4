import { createHash } from 'node:crypto';
import { readColumn } from '../plugin/columns.js';
import type { Samples } from '../plugin/kinds/dataset.js';
import { sizeOf } from '../plugin/tensors.js';

/** 104 bits of the sha256 of what each row holds, in two numbers. Rows that hold the same have the same. */
export interface Content {
  readonly high: Float64Array;
  readonly low: Float64Array;
}

const rowsAtOnce = 2048;

/**
 * What distinguishes rows by their numbers alone, whatever their row numbers are: entry i is for `rows[i]`. The event loop
 * runs in between.
 */
export async function contentOf(samples: Samples, rows: Int32Array, signal: AbortSignal): Promise<Content> {
  const [high, low] = [new Float64Array(rows.length), new Float64Array(rows.length)];
  const columns = Object.keys(samples)
    .sort()
    .map((name) => samples[name]);
  const sizes = columns.map(({ shape }) => sizeOf(shape));
  for (let start = 0; start < rows.length; start += rowsAtOnce) {
    signal.throwIfAborted();
    const some = rows.subarray(start, start + rowsAtOnce);
    const read = await Promise.all(columns.map((column) => readColumn(column, some)));
    for (let index = 0; index < some.length; index++) {
      const hash = createHash('sha256');
      for (const [at, values] of read.entries()) {
        const { buffer, byteOffset, BYTES_PER_ELEMENT: width } = values;
        hash.update(new Uint8Array(buffer, byteOffset + index * sizes[at] * width, sizes[at] * width));
      }
      const digest = hash.digest();
      high[start + index] = digest.readUIntBE(0, 6) * 16 + (digest[6] >> 4);
      low[start + index] = digest.readUIntBE(7, 6) * 16 + (digest[13] >> 4);
    }
    await new Promise(setImmediate);
  }
  return { high, low };
}
