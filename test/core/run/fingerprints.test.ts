import { createHash } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { dataOf } from '../../../core/data/data.js';
import type { Column, LoadedDataset } from '../../../core/plugin/kinds/dataset.js';
import type { HostTensors } from '../../../core/plugin/tensors.js';
import { datasetFingerprint, weightsSha256 } from '../../../core/run/fingerprints.js';

describe('weightsSha256', () => {
  const a = { shape: [2], data: new Float32Array([1, 2]) };
  const b = { shape: [], data: new Float32Array([3]) };

  it('is the sha256 of places, shapes and bytes as documented', () => {
    // 1, 2 and 3 as little-endian float32.
    const bytes = (hex: string) => Buffer.from(hex, 'hex');
    const parts = ['["a",[2]]\n', bytes('0000803f00000040'), '["b",[]]\n', bytes('00004040')];
    const expected = createHash('sha256')
      .update(Buffer.concat(parts.map((part) => Buffer.from(part))))
      .digest('hex');
    expect(weightsSha256({ a, b })).toBe(expected);
    expect(weightsSha256({ b, a })).toBe(expected);
  });

  it('sees places, shapes, values and the sign of zero', () => {
    const zero = (value: number) => ({ a: { shape: [1], data: new Float32Array([value]) } });
    const different = [
      { a, b },
      { a, c: b },
      { a: { ...a, shape: [1, 2] }, b },
      { a: { ...a, data: new Float32Array([2, 1]) }, b },
      { a },
      {},
      zero(0),
      zero(-0),
    ].map((tensors) => weightsSha256(tensors as HostTensors));
    expect(new Set(different).size).toBe(different.length);
  });

  it('reads views where they are', () => {
    expect(weightsSha256({ a: { shape: [2], data: new Float32Array([0, 1, 2]).subarray(1) }, b })).toBe(
      weightsSha256({ a, b }),
    );
  });
});

describe('datasetFingerprint', () => {
  const pairs = (left: number[], right: number[], same: number[]) => ({
    unit: 'pairs' as const,
    left: Int32Array.from(left),
    right: Int32Array.from(right),
    same: Float32Array.from(same),
  });
  const image = { shape: [2], data: new Uint8Array([1, 2, 3, 4]), scale: 1 / 255 };
  const dataset: LoadedDataset = {
    samples: { image },
    labels: new Int32Array([0, 1]),
    train: pairs([0], [1], [0]),
    validation: null,
    test: pairs([0], [0], [1]),
  };

  const fingerprint = (loaded: LoadedDataset) => datasetFingerprint(dataOf(loaded), new AbortController().signal);
  const withImage = (column: Column) => ({ ...dataset, samples: { image: column } });

  it('is the same for equal content, held or read by row', async () => {
    const expected = await fingerprint(dataset);
    expect(expected).toMatch(/^[0-9a-f]{64}$/);
    expect(await fingerprint(withImage({ ...image, data: Buffer.from([1, 2, 3, 4]) }))).toBe(expected);
    const { shape, scale, data } = image;
    const read = (rows: Int32Array) =>
      Promise.resolve(Uint8Array.from([...rows].flatMap((row) => [...data.subarray(2 * row, 2 * row + 2)])));
    expect(await fingerprint(withImage({ shape, scale, dtype: 'uint8', rows: 2, read }))).toBe(expected);
    expect(await fingerprint({ ...dataset, labels: [0, 1] })).toBe(expected);
    expect(await fingerprint({ ...dataset, samples: { other: image } })).toBe(expected);
  });

  it('sees every part', async () => {
    const { train } = dataset;
    const different = [
      dataset,
      withImage({ ...image, data: new Uint8Array([1, 2, 3, 5]) }),
      withImage({ ...image, data: new Int32Array([1, 2, 3, 4]) }),
      withImage({ ...image, shape: [1, 2] }),
      withImage({ ...image, scale: 1 }),
      { ...dataset, samples: { image, other: image } },
      { ...dataset, samples: { image, another: image } },
      { ...dataset, labels: null },
      { ...dataset, labels: [1, 0] },
      { ...dataset, labels: [0, 7] },
      { ...dataset, labels: ['0', '1'] },
      { ...dataset, labels: [0, null] },
      { ...dataset, groups: [0, 1] },
      { ...dataset, train: pairs([0], [1], [1]) },
      { ...dataset, train: pairs([1], [0], [0]) },
      { ...dataset, validation: train, test: null },
      { ...dataset, validation: train },
      { ...dataset, calibration: train },
      { ...dataset, train: { unit: 'rows' as const, rows: new Int32Array([0]) } },
    ];
    const found = await Promise.all(different.map(fingerprint));
    expect(new Set(found).size).toBe(different.length);
  });
});
