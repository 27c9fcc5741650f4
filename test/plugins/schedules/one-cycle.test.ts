import { expect, it } from 'vitest';
import oneCycle from '../../../plugins/schedules/one-cycle.js';
import { create } from '../../support/graph.js';
import { ratesOf } from '../../support/schedule.js';

it('goes up, then down to the end', () => {
  const rates = ratesOf(create(oneCycle, { value: 1, rise: 0.5, start: 0.2, end: 0 }), 1, 6);
  // Up in 2 steps: 0.2, half way, 1; down in 3: (1 + cos(k π / 3)) / 2.
  const expected = [0.2, 0.6, 1, 0.75, 0.25, 0];
  for (const [index, rate] of rates.entries()) expect(rate).toBeCloseTo(expected[index], 12);
});

it('is finite and never above its value in the shortest trainings', () => {
  for (const steps of [1, 2, 3, 4]) {
    for (const rise of [0.01, 0.25, 0.5, 0.99]) {
      for (const rate of ratesOf(create(oneCycle, { value: 1, rise }), 1, steps)) {
        expect(rate).toBeGreaterThan(0);
        expect(rate).toBeLessThanOrEqual(1);
      }
    }
  }
});
