import fc from 'fast-check';
import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { fitThreshold, verify } from '../../../core/metrics/verification.js';

const f32 = (...values: number[]) => new Float32Array(values);
const coded = (code: string, message: RegExp): unknown =>
  expect.objectContaining({ code, message: expect.stringMatching(message) as unknown });

interface OracleSet {
  readonly name: string;
  readonly distance: { readonly data: string };
  readonly same: { readonly data: string };
  readonly auc: number | null;
  readonly eer: number | null;
  readonly accuracy: readonly { readonly threshold: number; readonly value: number }[];
  readonly bestAccuracy: number;
}
const oracle = JSON.parse(
  readFileSync(new URL('../../fixtures/verification-metrics.json', import.meta.url), 'utf8'),
) as { readonly sets: readonly OracleSet[] };
const decode = ({ data }: { data: string }) => new Float32Array(new Uint8Array(Buffer.from(data, 'base64')).buffer);

const pairs = fc
  .array(fc.record({ distance: fc.integer({ min: 0, max: 12 }), same: fc.boolean() }), { minLength: 2, maxLength: 40 })
  .filter((list) => list.some(({ same }) => same) && list.some(({ same }) => !same))
  .map((list) => ({
    distances: Float32Array.from(list, ({ distance }) => distance / 4),
    same: Float32Array.from(list, ({ same }) => Number(same)),
  }));

describe('verify', () => {
  it('finds no error where the kinds are apart', () => {
    expect(verify(f32(0.25, 0.375, 0.75, 1), f32(1, 1, 0, 0), 0.5)).toEqual({
      pairs: 4,
      threshold: 0.5,
      accuracy: 1,
      auc: 1,
      eer: 0,
      meanSame: 0.3125,
      meanDifferent: 0.875,
    });
  });

  it('is all wrong where the kinds are swapped', () => {
    expect(verify(f32(0.25, 0.75), f32(0, 1), 0.5)).toMatchObject({ accuracy: 0, auc: 0, eer: 1 });
  });

  it('counts ties half', () => {
    // Matching 1 and 2, others 2 and 3: of four comparisons three are won and one is tied.
    expect(verify(f32(1, 2, 2, 3), f32(1, 1, 0, 0), 1.5)).toMatchObject({ auc: 3.5 / 4, accuracy: 3 / 4 });
    expect(verify(f32(1, 1, 1), f32(1, 0, 0), 1.5)).toMatchObject({ auc: 0.5, eer: 0.5, accuracy: 1 / 3 });
  });

  it('interpolates the equal error rate', () => {
    // (accepts, rejects) runs (0, 1), (0, 1/2), (1/3, 1/2), (1/3, 0): the crossing lies on the last line, at 1/3.
    expect(verify(f32(1, 2, 3, 4, 5), f32(1, 0, 1, 0, 0), 0).eer).toBeCloseTo(1 / 3, 15);
    // From (0, 1/2) straight to (1/2, 0) by a tie: 1/4.
    expect(verify(f32(1, 2, 2, 3), f32(1, 1, 0, 0), 0).eer).toBeCloseTo(1 / 4, 15);
  });

  it('leaves a distance equal to the threshold on the other side', () => {
    expect(verify(f32(0.5, 0.5), f32(1, 0), 0.5).accuracy).toBe(0.5);
    expect(verify(f32(0.25, 0.5), f32(1, 0), 0.5).accuracy).toBe(1);
  });

  it('takes grades of one half and more as the same class', () => {
    expect(verify(f32(0.25, 1), f32(0.5, 0.25), 0.5)).toMatchObject({ accuracy: 1, meanSame: 0.25, meanDifferent: 1 });
  });

  it('agrees with the definition of every figure', () => {
    fc.assert(
      fc.property(pairs, ({ distances, same }) => {
        const matching = [...distances].filter((_, index) => same[index] === 1);
        const others = [...distances].filter((_, index) => same[index] === 0);
        const won = matching.flatMap((m) => others.map((o) => (m < o ? 1 : m === o ? 0.5 : 0)));
        const { auc, eer, accuracy } = verify(distances, same, 1.5);
        expect(auc).toBeCloseTo(won.reduce<number>((sum, value) => sum + value, 0) / won.length, 12);
        const right = matching.filter((m) => m < 1.5).length + others.filter((o) => o >= 1.5).length;
        expect(accuracy).toBe(right / distances.length);
        const rates = [-1, ...new Set(distances)]
          .sort((a, b) => a - b)
          .map((t) => [
            others.filter((o) => o <= t).length / others.length,
            matching.filter((m) => m > t).length / matching.length,
          ]);
        expect(eer).toBeGreaterThanOrEqual(
          Math.max(...rates.map(([accepts, rejects]) => Math.min(accepts, rejects))) - 1e-12,
        );
        expect(eer).toBeLessThanOrEqual(
          Math.min(...rates.map(([accepts, rejects]) => Math.max(accepts, rejects))) + 1e-12,
        );
      }),
    );
  });

  it('refuses what has no verification', () => {
    expect(() => verify(f32(1, NaN), f32(1, 0), 1)).toThrow(coded('NON_FINITE', /pair 1 is NaN/));
    expect(() => verify(f32(-Infinity, 1), f32(1, 0), 1)).toThrow(coded('NON_FINITE', /pair 0 is -Infinity/));
    expect(() => verify(f32(1, 2), f32(1, 1), 1)).toThrow(coded('DATA_INVALID', /all 2 are of the same class/));
    expect(() => verify(f32(1, 2), f32(0, 0), 1)).toThrow(coded('DATA_INVALID', /all 2 are of different classes/));
    expect(() => verify(f32(), f32(), 1)).toThrow(coded('DATA_INVALID', /there are none/));
    expect(() => verify(f32(1, 2), f32(1), 1)).toThrow(coded('DATA_INVALID', /2 distances but 1 labels/));
    expect(() => verify(f32(1, 2), f32(1, NaN), 1)).toThrow(coded('DATA_INVALID', /label of pair 1 is NaN/));
  });

  it('judges a million pairs in seconds', () => {
    const distances = Float32Array.from({ length: 1e6 }, (_, index) => (index * 7919) % 1_000_003);
    const same = Float32Array.from({ length: 1e6 }, (_, index) => index % 2);
    const start = performance.now();
    expect(verify(distances, same, 500_000).auc).toBeCloseTo(0.5, 2);
    expect(performance.now() - start).toBeLessThan(5000);
  });
});

describe('against scikit-learn', () => {
  it.each(oracle.sets.filter(({ auc }) => auc !== null))('agrees on $name', (set) => {
    const [distances, same] = [decode(set.distance), decode(set.same)];
    for (const { threshold, value } of set.accuracy) {
      const metrics = verify(distances, same, threshold);
      expect(metrics.accuracy).toBeCloseTo(value, 12);
      expect(metrics.auc).toBeCloseTo(set.auc!, 12);
      expect(metrics.eer).toBeCloseTo(set.eer!, 12);
    }
    expect(verify(distances, same, fitThreshold(distances, same)).accuracy).toBeCloseTo(set.bestAccuracy, 12);
  });

  it.each(oracle.sets.filter(({ auc }) => auc === null))('refuses $name', (set) => {
    expect(() => verify(decode(set.distance), decode(set.same), 0.5)).toThrow(
      coded('DATA_INVALID', /matching and other/),
    );
  });
});

describe('fitThreshold', () => {
  it('takes the middle of the gap that tells the kinds apart', () => {
    expect(fitThreshold(f32(1, 3, 0.5, 2.5), f32(1, 0, 1, 0))).toBe(1.75);
  });

  it('takes the widest of equally good gaps, and the lowest of equally wide ones', () => {
    expect(fitThreshold(f32(1, 2, 3, 5), f32(1, 0, 1, 0))).toBe(4);
    expect(fitThreshold(f32(1, 2, 3, 4), f32(1, 0, 1, 0))).toBe(1.5);
  });

  it('takes an end where guessing is best', () => {
    expect(fitThreshold(f32(1, 2, 3), f32(0, 0, 1))).toBe(1);
    const above = fitThreshold(f32(1, 2, 3), f32(0, 1, 1));
    expect(Math.fround(above)).toBeGreaterThan(3);
    expect(above).toBeCloseTo(3, 5);
    expect(Math.fround(fitThreshold(f32(0, 0, 0), f32(0, 1, 1)))).toBeGreaterThan(0);
  });

  it('is beaten by no other threshold', () => {
    fc.assert(
      fc.property(pairs, fc.double({ min: -1, max: 5, noNaN: true }), ({ distances, same }, other) => {
        const best = verify(distances, same, fitThreshold(distances, same)).accuracy;
        expect(best).toBeGreaterThanOrEqual(verify(distances, same, other).accuracy);
      }),
    );
  });

  it('keeps neighbouring float32 distances apart', () => {
    const next = 1 + 2 ** -23;
    expect(verify(f32(1, next), f32(1, 0), fitThreshold(f32(1, next), f32(1, 0))).accuracy).toBe(1);
  });
});
