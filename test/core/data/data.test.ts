import { runInNewContext } from 'node:vm';
import type { LoadedDataset } from 'twinspec/plugin';
import { describe, expect, it } from 'vitest';
import { dataOf } from '../../../core/data/data.js';
import { doubtsOf } from '../../../core/data/doubts.js';

const point = { shape: [2], data: Float32Array.of(0, 1, 2, 3, 4, 5, 6, 7) };
const pairs = (left: number[], right: number[], same: number[]) => ({
  unit: 'pairs' as const,
  left: Int32Array.from(left),
  right: Int32Array.from(right),
  same: Float32Array.from(same),
});
const loaded: LoadedDataset = {
  samples: { point },
  labels: [0, 0, 1, 1],
  train: pairs([0, 0], [1, 2], [1, 0]),
  validation: null,
  test: null,
};
const rows = (...numbers: number[]) => ({ unit: 'rows' as const, rows: Int32Array.from(numbers) });
const labeled = (...labels: unknown[]) => dataOf({ ...loaded, labels: labels as string[], train: rows(0, 1, 2, 3) });
const column = (changes: object) => dataOf({ ...loaded, samples: { point: { ...point, ...changes } } });
const invalid = (message: RegExp | string) =>
  expect.objectContaining({
    code: 'DATA_INVALID',
    message: typeof message === 'string' ? message : (expect.stringMatching(message) as string),
  }) as Error;

describe('labels', () => {
  it('are numbered by value, those of the training rows first', () => {
    const { labels, classNames, classes } = dataOf({ ...loaded, labels: [10, 9, 2, 700], train: rows(0, 1) });
    expect([labels, classNames, classes]).toEqual([Int32Array.of(1, 0, 2, 3), [9, 10, 2, 700], 2]);
  });

  it('are numbered by code point where they are texts, and texts of digits are no numbers', () => {
    // U+FF61 is less than U+1F600, whose first UTF-16 unit is less than U+FF61.
    const { labels, classNames } = labeled('😀', '｡', '7', '007');
    expect([labels, classNames]).toEqual([Int32Array.of(3, 2, 1, 0), ['007', '7', '｡', '😀']]);
  });

  it('leave rows without one out of every class', () => {
    const { labels, classNames, classes } = labeled('a', null, 'b', null);
    expect([labels, classNames, classes]).toEqual([Int32Array.of(0, -1, 1, -1), ['a', 'b'], 2]);
  });

  it('may be large, and of any whole-number array', () => {
    expect(labeled(9007199254740991, 0, 9007199254740990, 0).labels).toEqual(Int32Array.of(2, 0, 1, 0));
    expect(dataOf({ ...loaded, labels: Uint16Array.of(3, 3, 1, 1) }).labels).toEqual(Int32Array.of(1, 1, 0, 0));
  });

  it.each([
    [[true, 0, 0, 0], 'The label of row 0 is true.'],
    [[0, 0.75, 0, 0], 'The label of row 1 is 0.75.'],
    [[0, 0, NaN, 0], 'The label of row 2 is NaN.'],
    [[0, 0, undefined, 0], 'The label of row 2 is undefined.'],
    [[0, 0, 3n, 0], 'The label of row 2 is 3n.'],
    [[0, -1, 0, 0], 'The label of row 1 is -1.'],
    [[0, 2 ** 53, 0, 0], 'The label of row 1 is 9007199254740992.'],
    [['a', '', 'b', 'b'], 'The label of row 1 is an empty string.'],
    [['a', 'a', 'b', 1], 'The label of row 3 is 1, and those before it are texts.'],
    [[7, 7, '7', 7], 'The label of row 2 is "7", and those before it are numbers.'],
    [[{}, 0, 0, 0], 'The label of row 0 is an empty object.'],
    [[0, 0, 1], 'There are 4 samples and 3 labels.'],
    [[null, null, null, null], 'All labels are null.'],
  ])('are refused with a wrong one, case %#', (labels, message) => {
    expect(() => labeled(...labels)).toThrow(invalid(message));
  });

  it('are refused in arrays of fractions and of bigints', () => {
    expect(() => dataOf({ ...loaded, labels: Float32Array.of(0, 0.75, 1, 1) })).toThrow(invalid(/row 1 is 0.75/));
    expect(() => dataOf({ ...loaded, labels: BigInt64Array.of(0n, 1n, 1n, 1n) as never })).toThrow(
      invalid(/row 0 is 0n/),
    );
    expect(() => dataOf({ ...loaded, labels: 'abab' })).toThrow(invalid('labels is a string.'));
  });

  it('are needed for rows', () => {
    expect(() => dataOf({ ...loaded, labels: null, train: rows(0, 1) })).toThrow(
      invalid(/train split has rows without labels/),
    );
  });

  it('of groups are numbered alike', () => {
    const { groups, groupNames } = dataOf({ ...loaded, groups: ['x', null, 'w', 'x'] });
    expect([groups, groupNames]).toEqual([Int32Array.of(1, -1, 0, 1), ['w', 'x']]);
    expect(() => dataOf({ ...loaded, groups: [1, 1, 1, true] as never })).toThrow(
      invalid('The group of row 3 is true.'),
    );
  });
});

describe('columns', () => {
  it.each([
    ['a clamped array of bytes', Uint8ClampedArray.of(1, 2), Uint8Array.of(1, 2)],
    ['shorts', Int16Array.of(-1, 2), Int32Array.of(-1, 2)],
    ['unsigned words that fit', Uint32Array.of(1, 2), Int32Array.of(1, 2)],
    ['doubles', Float64Array.of(0.1, 2), Float32Array.of(0.1, 2)],
    ['an array', [0.1, 2], Float32Array.of(0.1, 2)],
    ['an array of another realm', runInNewContext('new Float32Array([1, 2])'), Float32Array.of(1, 2)],
    ['shared memory', new Uint8Array(new SharedArrayBuffer(2)), Uint8Array.of(0, 0)],
    ['a Buffer', Buffer.from([1, 2]), Buffer.from([1, 2])],
  ])('take %s', (_what, data: unknown, expected) => {
    const { samples } = dataOf({
      ...loaded,
      samples: { point: { shape: [], data: data as Float32Array } },
      labels: null,
      train: pairs([0], [1], [1]),
    });
    const { data: taken } = samples['point'] as typeof point;
    expect(taken).toEqual(expected);
    expect(taken.buffer).toBeInstanceOf(ArrayBuffer);
  });

  it.each([
    [{ data: Float32Array.of(0, 1, 2, 3, NaN, 5, 6, 7) }, 'Value 0 of row 2 of column point is NaN.'],
    [{ data: Float64Array.of(0, 1, 2, 3, 4, 1e39, 6, 7) }, 'Value 1 of row 2 of column point is Infinity.'],
    [{ data: Uint32Array.of(0, 1, 2, 3, 4, 3e9, 6, 7) }, 'Value 5 of data of column point is 3000000000.'],
    [{ data: BigInt64Array.of(1n) }, /data of column point is a BigInt64Array; expected numbers/],
    [{ data: ['1', 2] }, 'Value 0 of data of column point is a string.'],
    [{ data: 'abc' }, /data of column point is a string; expected numbers/],
    [{ data: undefined }, 'column point has no data.'],
    [{ data: null }, /data of column point is null/],
    [{ data: Float32Array.of(1, 2, 3) }, /column point has 3 values, which is no multiple of 2/],
    [{ data: new Float32Array() }, 'Column point has no rows.'],
    [{ shape: undefined }, 'The shape of column point is undefined.'],
    [{ shape: [2.5] }, 'The shape of column point is [2.5].'],
    [{ shape: [0] }, 'The shape of column point is [0].'],
    [{ shape: 2 }, 'The shape of column point is 2.'],
    [{ scale: 0 }, 'The scale of column point is 0.'],
    [{ scale: NaN }, 'The scale of column point is NaN.'],
    [{ scale: '1/255' }, 'The scale of column point is a string.'],
  ])('refuse what is wrong, case %#', (changes, message) => {
    expect(() => column(changes)).toThrow(invalid(message));
  });

  it('say how to name the only one', () => {
    expect(() => dataOf({ ...loaded, samples: point as never })).toThrow(
      expect.objectContaining({
        code: 'DATA_INVALID',
        message: 'samples is one column without a name.',
        hint: 'Give columns by name, such as samples: { image: { shape: [28, 28, 1], data } }.',
      }) as Error,
    );
  });

  it.each([
    [undefined, 'samples is undefined.'],
    [{}, 'samples has no columns.'],
    [{ 'a/b': point }, 'A column is named "a/b".'],
    [{ a: 3 }, 'column a is 3.'],
    [{ a: point, b: { shape: [], data: new Uint8Array(3) } }, 'Column a has 4 rows, and column b has 3.'],
  ])('refuse wrong samples, case %#', (samples, message) => {
    expect(() => dataOf({ ...loaded, samples: samples as never })).toThrow(invalid(message));
  });

  it('read by row are held to what they say', async () => {
    const stored = (read: (rows: Int32Array) => unknown) => {
      const { samples } = dataOf({
        ...loaded,
        samples: { point: { shape: [2], dtype: 'float32', rows: 4, read: read as never } },
      });
      const { read: checked } = samples['point'] as { read(rows: Int32Array): Promise<unknown> };
      return checked(Int32Array.of(3, 1));
    };
    expect(await stored(() => [1, 2, 3, 4])).toEqual(Float32Array.of(1, 2, 3, 4));
    await expect(stored(() => Float32Array.of(1, 2))).rejects.toMatchObject({
      code: 'DATA_INVALID',
      message: 'column point read 2 values for 2 rows of shape [2]; expected 4.',
    });
    await expect(stored(() => Float32Array.of(1, 2, 3, NaN))).rejects.toMatchObject({
      code: 'DATA_INVALID',
      message: 'Value 1 of row 1 of column point is NaN.',
    });
    await expect(stored(() => null)).rejects.toMatchObject({ code: 'DATA_INVALID' });
  });
});

describe('examples', () => {
  it.each([
    [null, 'The train split is null.'],
    [{}, 'The train split has the unit undefined.'],
    [{ unit: 'pears' }, 'The train split has the unit a string.'],
    [{ unit: 'pairs', left: Int32Array.of(0), right: Int32Array.of(1) }, /same of the train split is undefined/],
    [pairs([0], [4], [1]), 'Entry 0 of right of the train split is 4.'],
    [pairs([0], [1], [1.5]), 'Entry 0 of same of the train split is 1.5.'],
    [{ ...pairs([0], [1], [1]), weight: [-1] }, 'Entry 0 of weight of the train split is -1.'],
    [{ ...pairs([0], [1], [1]), weight: [1, 2] }, /differ in length: left 1, right 1, same 1, weight 2/],
    [pairs([0, 1], [1], [1]), /columns of the train split differ in length: left 2, right 1, same 1/],
    [pairs([], [], []), 'The train split has no pairs.'],
    [{ ...pairs([0], [1], [1]), left: [0.5] }, 'Value 0 of left of the train split is 0.5.'],
    [{ ...pairs([0], [1], [1]), left: [-1] }, 'Entry 0 of left of the train split is -1.'],
  ])('refuse what is wrong, case %#', (train, message) => {
    expect(() => dataOf({ ...loaded, train: train as never })).toThrow(invalid(message));
  });

  it('may be plain arrays', () => {
    const { train } = dataOf({
      ...loaded,
      train: { unit: 'pairs', left: [0], right: [1], same: [true ? 1 : 0] } as never,
    });
    expect(train).toEqual(pairs([0], [1], [1]));
  });

  it('may be of a split that is absent', () => {
    const { validation, calibration, test } = dataOf({ ...loaded, test: undefined } as never);
    expect([validation, calibration, test]).toEqual([null, null, null]);
  });
});

it('attributes have an entry for each row', () => {
  expect(dataOf({ ...loaded, attributes: { site: ['a', 'b', 'c', 'd'] } }).attributes['site']).toHaveLength(4);
  expect(() => dataOf({ ...loaded, attributes: { site: ['a'] } })).toThrow(
    invalid('The attribute site has 1 entries, and there are 4 samples.'),
  );
});

describe('doubts', () => {
  const doubts = (changes: Partial<LoadedDataset>) => doubtsOf(dataOf({ ...loaded, ...changes }));
  const triplets = (anchor: number, positive: number, negative: number) => ({
    unit: 'triplets' as const,
    anchor: Int32Array.of(anchor),
    positive: Int32Array.of(positive),
    negative: Int32Array.of(negative),
  });

  it('are none of sound examples', () => {
    expect(doubts({})).toEqual([]);
    expect(doubts({ train: pairs([0, 1, 2], [1, 0, 3], [1, 1, 0.4]), labels: [0, 0, 1, 1] })).toEqual([]);
    expect(doubts({ train: triplets(0, 1, 2), test: pairs([0], [3], [0]) })).toEqual([]);
    expect(doubts({ train: rows(0, 1, 2) })).toEqual([]);
    expect(doubts({ train: rows(0, 1), labels: ['a', 'a', null, null] })).not.toEqual([]);
    expect(doubts({ train: rows(0, 1, 2), labels: ['a', 'a', null, null] })).toEqual([]);
    expect(doubts({ train: pairs([0, 0], [1, 1], [1, 1]) })).toEqual([]);
  });

  it.each([
    [
      { train: pairs([0, 2], [1, 2], [1, 1]) },
      '1 of the pairs of the train split are of a row with itself, first number 1.',
    ],
    [
      { train: pairs([0, 0], [1, 2], [0, 1]) },
      '2 of the pairs of the train split contradict the labels of their rows, first number 0.',
    ],
    [
      { labels: null, train: pairs([0, 1], [1, 0], [1, 0]) },
      '1 of the pairs of the train split contradict an earlier pair of the same rows, first number 1.',
    ],
    [{ test: triplets(0, 1, 0) }, '1 of the triplets of the test split name one row twice, first number 0.'],
    [
      { train: triplets(0, 2, 3) },
      '1 of the triplets of the train split contradict the labels of their rows, first number 0.',
    ],
    [{ train: rows(2, 3) }, 'All rows of the train split have the label 1: there is nothing to tell apart.'],
  ] as const)('tell of %j', (changes, message) => {
    expect(doubts(changes as Partial<LoadedDataset>)).toContain(message);
  });
});
