import { countOf, pick, type Examples } from 'twinspec/plugin';
import { expect, it } from 'vitest';

const pairs: Examples = {
  unit: 'pairs',
  left: Int32Array.of(10, 11, 12),
  right: Int32Array.of(20, 21, 22),
  same: Float32Array.of(1, 0, 0.5),
};
const triplets: Examples = {
  unit: 'triplets',
  anchor: Int32Array.of(10, 11, 12),
  positive: Int32Array.of(20, 21, 22),
  negative: Int32Array.of(30, 31, 32),
};
const rows: Examples = { unit: 'rows', rows: Int32Array.of(10, 11, 12) };

it.each([pairs, triplets, rows])('counts $unit', (examples) => {
  expect(countOf(examples)).toBe(3);
  expect(countOf(pick(examples, Int32Array.of()))).toBe(0);
  expect(countOf(pick(examples, Int32Array.of(2, 2, 0, 1)))).toBe(4);
});

it('picks examples in the order of their indices, some twice', () => {
  const indices = Int32Array.of(2, 0, 2);
  expect(pick(pairs, indices)).toEqual({
    unit: 'pairs',
    left: Int32Array.of(12, 10, 12),
    right: Int32Array.of(22, 20, 22),
    same: Float32Array.of(0.5, 1, 0.5),
  });
  expect(pick(triplets, indices)).toEqual({
    unit: 'triplets',
    anchor: Int32Array.of(12, 10, 12),
    positive: Int32Array.of(22, 20, 22),
    negative: Int32Array.of(32, 30, 32),
  });
  expect(pick(rows, indices)).toEqual({ unit: 'rows', rows: Int32Array.of(12, 10, 12) });
});

it.each([pairs, triplets, rows])('picks copies of $unit', (examples) => {
  const all = pick(examples, Int32Array.of(0, 1, 2));
  expect(all).toEqual(examples);
  for (const column of Object.values<string | Int32Array | Float32Array>({ ...all })) {
    if (typeof column !== 'string') column.fill(7);
  }
  expect(pick(examples, Int32Array.of(0, 1, 2))).not.toEqual(all);
});
