import { expect, it } from 'vitest';
import cosine from '../../../plugins/schedules/cosine.js';
import { create } from '../../support/graph.js';
import { ratesOf } from '../../support/schedule.js';

const half = Math.SQRT1_2 / 2;

it.each([
  // (1 + cos(k π / 4)) / 2
  ['once', {}, 4, [1, 0.5 + half, 0.5, 0.5 - half]],
  ['to a floor', { floor: 0.2 }, 2, [1, 0.6]],
  ['with restarts', { restarts: 2 }, 6, [1, 0.5, 1, 0.5, 1, 0.5]],
  ['with cycles that grow', { restarts: 1, stretch: 2 }, 6, [1, 0.5, 1, 0.5 + half, 0.5, 0.5 - half]],
  // Cycles end after 4/3 and 8/3 steps, rounded to 1 and 3.
  ['with cycles of whole steps', { restarts: 2 }, 4, [1, 1, 0.5, 1]],
  ['with more cycles than steps', { restarts: 9 }, 2, [1, 1]],
])('falls %s', (_, options, steps, expected) => {
  const rates = ratesOf(create(cosine, { value: 1, ...options }), 1, steps);
  for (const [index, rate] of rates.entries()) expect(rate, `step ${index + 1}`).toBeCloseTo(expected[index], 12);
});
