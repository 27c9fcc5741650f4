import { describe, expect, it } from 'vitest';
import type { Initializer } from 'twinspec/plugin';
import { initialValues } from '../../../core/graph/initial-values.js';
import { stream } from '../../../core/random/stream.js';

const values = (shape: readonly number[], init: Initializer, seed = 1) =>
  initialValues({ w: { shape, init } }, (name) => stream(seed, name)).w.data;

describe('first values', () => {
  it.each([[[4, 4]], [[7, 3]], [[3, 7]], [[2, 3, 4, 5]], [[64, 64]], [[1, 5]]])(
    'of shape %j that are orthogonal are so, to what float32 holds',
    (shape) => {
      const gain = 1.5;
      const data = values(shape, { kind: 'orthogonal', gain });
      const columns = shape.at(-1)!;
      const rows = data.length / columns;
      const at = (row: number, column: number) => data[row * columns + column];
      const [count, length] = [Math.min(rows, columns), Math.max(rows, columns)];
      const entry = rows <= columns ? at : (vector: number, index: number) => at(index, vector);
      for (let i = 0; i < count; i++) {
        for (let j = 0; j <= i; j++) {
          let product = 0;
          for (let k = 0; k < length; k++) product += entry(i, k) * entry(j, k);
          expect(Math.abs(product - (i === j ? gain ** 2 : 0))).toBeLessThan(1e-6);
        }
      }
    },
  );

  it('of a truncated normal lie within two standard deviations, with the moments of that distribution', () => {
    const [mean, stddev, n] = [3, 0.5, 40_000];
    const data = values([n], { kind: 'truncated-normal', mean, stddev });
    expect(Math.max(...data.map((value) => Math.abs(value - mean)))).toBeLessThanOrEqual(2 * stddev);
    const average = data.reduce((sum, value) => sum + value, 0) / n;
    const variance = data.reduce((sum, value) => sum + (value - average) ** 2, 0) / n;
    // 1 − 4 φ(2) / (2 Φ(2) − 1), φ and Φ density and distribution of the standard normal
    const expected = (1 - (4 * 0.05399096651318806) / 0.9544997361036416) * stddev ** 2;
    expect(Math.abs(average - mean)).toBeLessThan((4 * stddev) / Math.sqrt(n));
    expect(Math.abs(variance / expected - 1)).toBeLessThan(0.02);
  });

  it('that are given are those', () => {
    expect([...values([2, 2], { kind: 'given', data: [1, 2, 3, 0.5] })]).toEqual([1, 2, 3, 0.5]);
    expect([...values([2], { kind: 'given', data: Float64Array.of(1, 0.1) })]).toEqual([1, Math.fround(0.1)]);
  });

  it.each<Initializer>([
    { kind: 'orthogonal', gain: 1 },
    { kind: 'truncated-normal', mean: 0, stddev: 1 },
  ])('that are $kind follow from the seed', (init) => {
    expect(values([5, 5], init)).toEqual(values([5, 5], init));
    expect(values([5, 5], init)).not.toEqual(values([5, 5], init, 2));
  });
});
