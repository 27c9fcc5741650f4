import { expect, it } from 'vitest';
import exponential from '../../../plugins/schedules/exponential.js';
import { create } from '../../support/graph.js';
import { ratesOf } from '../../support/schedule.js';

it('halves in the course of an epoch', () => {
  const rates = ratesOf(create(exponential, { value: 8, factor: 0.5 }), 2, 5);
  const expected = [8, 8 / Math.SQRT2, 4, 4 / Math.SQRT2, 2];
  for (const [index, rate] of rates.entries()) expect(rate).toBeCloseTo(expected[index], 12);
});
