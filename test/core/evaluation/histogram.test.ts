import { describe, expect, it } from 'vitest';
import { distanceHistograms } from '../../../core/evaluation/distance-histograms.js';
import { histogramOf, type Histogram } from '../../../core/evaluation/histogram.js';
import { stream } from '../../../core/random/stream.js';

const total = ({ counts }: Histogram) => counts.reduce((sum, count) => sum + count);
const filled = ({ counts }: Histogram) => Object.fromEntries([...counts.entries()].filter(([, count]) => count > 0));

describe('histogramOf', () => {
  it('counts in 30 intervals of equal width, from the lowest to the highest value', () => {
    const histogram = histogramOf(Float32Array.of(0, 30, 1, 1.5, 2, 29.5));
    expect(histogram.edges).toEqual(Array.from({ length: 31 }, (_, index) => index));
    expect(filled(histogram)).toEqual({ 0: 1, 1: 2, 2: 1, 29: 2 });
    expect(histogram).toMatchObject({ min: 0, max: 30, sum: 64, sumOfSquares: 900 + 1 + 2.25 + 4 + 870.25 });
  });

  it('covers a given range', () => {
    const histogram = histogramOf(Float32Array.of(2, 3), [0, 30]);
    expect(filled(histogram)).toEqual({ 2: 1, 3: 1 });
    expect([histogram.min, histogram.max]).toEqual([2, 3]);
  });

  it.each([0, -7.25, 3e38, 1e-45])('has a width around the only value, %s', (value) => {
    const histogram = histogramOf(new Float32Array(5).fill(value));
    const { edges } = histogram;
    expect(total(histogram)).toBe(5);
    expect(edges.every((edge, index) => index === 0 || edge > edges[index - 1])).toBe(true);
    expect(edges[0]).toBeLessThan(value);
    expect(edges[30]).toBeGreaterThan(value);
  });

  it('counts every value in the interval where it lies', () => {
    for (let round = 0; round < 50; round++) {
      const random = stream(5, 'histogram', round);
      const scale = 10 ** (random.normal() * 10);
      const values = Float32Array.from({ length: 100 }, () => random.normal() * scale);
      const histogram = histogramOf(values);
      const { edges, counts } = histogram;
      const rounding = (edges[30] - edges[0]) * 1e-12;
      for (const [index, count] of counts.entries()) {
        const inside = (slack: number) =>
          values.filter((value) => value >= edges[index] - slack && value < edges[index + 1] + slack).length;
        expect(count).toBeGreaterThanOrEqual(inside(-rounding));
        expect(count).toBeLessThanOrEqual(inside(rounding));
      }
      expect(total(histogram)).toBe(100);
      expect([edges[0], edges[30]]).toEqual([Math.min(...values), Math.max(...values)]);
    }
  });
});

describe('distanceHistograms', () => {
  it('tells matching from other pairs, over the same intervals', () => {
    const distances = Float32Array.of(0, 1, 2, 30);
    const histograms = distanceHistograms('test', { distances, same: Float32Array.of(1, 0.5, 0.4, 0) });
    const { 'distances/test/same': same, 'distances/test/different': different } = histograms;
    expect(filled(same)).toEqual({ 0: 1, 1: 1 });
    expect(filled(different)).toEqual({ 2: 1, 29: 1 });
    expect(same.edges).toEqual(different.edges);
    expect(Object.keys(histograms)).toHaveLength(2);
  });
});
