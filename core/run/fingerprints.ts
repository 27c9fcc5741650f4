import { createHash, type Hash } from 'node:crypto';
import { columnsOf } from '../plugin/examples.js';
import { columnDtype, columnRows, dtypeOf, readColumn } from '../plugin/columns.js';
import type { Column, Examples } from '../plugin/kinds/dataset.js';
import { heldOutNames, type Data } from '../data/data.js';
import { sizeOf, type HostTensors, type TensorData } from '../plugin/tensors.js';

/**
 * sha256, hexadecimal, over every tensor in the order of the places: a line of JSON `[place, shape]`, then the values as
 * little-endian float32.
 */
export function weightsSha256(tensors: HostTensors): string {
  const hash = createHash('sha256');
  for (const place of Object.keys(tensors).sort()) {
    const { shape, data } = tensors[place];
    hash.update(`${JSON.stringify([place, shape])}\n`).update(bytesOf(data));
  }
  return hash.digest('hex');
}

/**
 * sha256, hexadecimal, over every column of the samples with its shape, type and scale, the labels and groups, and every
 * split. Only column is called `samples`, whatever its name.
 */
export async function datasetFingerprint(data: Data, signal: AbortSignal): Promise<string> {
  const { samples, labels, classNames, groups, groupNames } = data;
  const hash = createHash('sha256');
  const names = Object.keys(samples);
  for (const name of names)
    await updateColumn(hash, names.length === 1 ? 'samples' : `samples/${name}`, samples[name], signal);
  updateArray(hash, 'labels', labels);
  updateNames(hash, classNames);
  if (groups !== null) updateArray(hash, 'groups', groups);
  updateNames(hash, groupNames);
  for (const split of ['train', ...heldOutNames] as const) {
    if (split !== 'calibration' || data[split] !== null) updateSplit(hash, split, data[split]);
  }
  return hash.digest('hex');
}

const rowsAtOnce = 4096;

async function updateColumn(hash: Hash, name: string, column: Column, signal: AbortSignal): Promise<void> {
  hash.update(`${JSON.stringify({ shape: column.shape, scale: column.scale ?? 1 })}\n`);
  const [rows, size] = [columnRows(column), sizeOf(column.shape)];
  hash.update(`${JSON.stringify([name, columnDtype(column), rows * size])}\n`);
  for (let start = 0; start < rows; start += rowsAtOnce) {
    signal.throwIfAborted();
    const some = Int32Array.from({ length: Math.min(rowsAtOnce, rows - start) }, (_, index) => start + index);
    hash.update(bytesOf(await readColumn(column, some)));
    await new Promise(setImmediate);
  }
}

/** Names that are their own numbers, 0, 1, 2 and so on, say nothing new. */
function updateNames(hash: Hash, names: readonly (number | string)[]): void {
  if (names.some((name, number) => name !== number)) hash.update(`${JSON.stringify(names)}\n`);
}

function updateSplit(hash: Hash, name: string, split: Examples | null): void {
  if (split === null) return updateArray(hash, name, null);
  for (const [column, data] of Object.entries(columnsOf(split)))
    updateArray(hash, `${name}/${split.unit}/${column}`, data);
}

/** A line of JSON `[name, type, length]`, then the values. */
function updateArray(hash: Hash, name: string, data: TensorData | null): void {
  hash.update(`${JSON.stringify([name, data && dtypeOf(data), data?.length ?? 0])}\n`);
  if (data !== null) hash.update(bytesOf(data));
}

function bytesOf({ buffer, byteOffset, byteLength }: TensorData): Uint8Array {
  return new Uint8Array(buffer, byteOffset, byteLength);
}
