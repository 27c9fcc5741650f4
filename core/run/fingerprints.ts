import { createHash, type Hash } from 'node:crypto';
import { columnsOf } from '../plugin/examples.js';
import type { Examples, LoadedDataset } from '../plugin/kinds/dataset.js';
import type { HostTensors, TensorData } from '../plugin/tensors.js';
import { dtypeOf } from './dtype.js';

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

/** sha256, hexadecimal, over the samples with their shape, type and scale, the labels and every split. */
export function datasetFingerprint({ samples, labels, train, validation, test }: LoadedDataset): string {
  const hash = createHash('sha256');
  hash.update(`${JSON.stringify({ shape: samples.shape, scale: samples.scale ?? 1 })}\n`);
  updateArray(hash, 'samples', samples.data);
  updateArray(hash, 'labels', labels);
  updateSplit(hash, 'train', train);
  updateSplit(hash, 'validation', validation);
  updateSplit(hash, 'test', test);
  return hash.digest('hex');
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
