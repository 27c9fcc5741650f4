import type { LoadedDataset } from 'twinspec/plugin';
import { expect, it } from 'vitest';
import { dataOf } from '../../../core/data/data.js';
import { overlapInWords, overlapsOf } from '../../../core/data/overlap.js';

const pairs = (...list: [number, number, number][]) => ({
  unit: 'pairs' as const,
  left: Int32Array.from(list, ([left]) => left),
  right: Int32Array.from(list, ([, right]) => right),
  same: Float32Array.from(list, ([, , same]) => same),
});

/** Ten rows, of which 8 holds what 0 holds and 9 what 1 holds. */
const loaded = (changes: Partial<LoadedDataset>): LoadedDataset => ({
  samples: { x: { shape: [2], data: Float32Array.from({ length: 20 }, (_, index) => index % 16) } },
  labels: null,
  train: pairs([0, 1, 1], [1, 2, 0], [2, 3, 1]),
  validation: null,
  test: null,
  ...changes,
});
const overlaps = (changes: Partial<LoadedDataset>) => overlapsOf(dataOf(loaded(changes)), new AbortController().signal);

it('is nothing where splits share nothing', async () => {
  expect(await overlaps({})).toEqual([]);
  expect(await overlaps({ validation: pairs([4, 5, 1], [5, 6, 0]), test: pairs([7, 7, 1]) })).toEqual([]);
});

it('counts rows and pairs, in either order', async () => {
  const test = pairs([1, 0, 1], [0, 1, 1], [2, 4, 0], [5, 6, 1]);
  expect(await overlaps({ test })).toEqual([{ splits: ['train', 'test'], rows: 3, pairs: 1, equalRows: 0 }]);
});

it('counts rows of equal content under another number', async () => {
  expect(await overlaps({ test: pairs([8, 9, 1], [9, 7, 0]) })).toEqual([
    { splits: ['train', 'test'], rows: 0, pairs: 0, equalRows: 2 },
  ]);
});

it('compares what is held out with each other too', async () => {
  expect(await overlaps({ validation: pairs([4, 5, 1]), test: pairs([5, 6, 1]) })).toEqual([
    { splits: ['validation', 'test'], rows: 1, pairs: 0, equalRows: 0 },
  ]);
});

it('says in words what that means', () => {
  expect(overlapInWords({ splits: ['train', 'test'], rows: 1200, pairs: 30, equalRows: 1 })).toBe(
    'The train and the test split share 1,200 rows, 30 pairs and 1 row of equal content under another number: the figures of the test split are better than on new data.',
  );
  expect(overlapInWords({ splits: ['validation', 'test'], rows: 1, pairs: 0, equalRows: 0 })).toBe(
    'The validation and the test split share 1 row: the figures of the test split are not independent of the validation split.',
  );
});
