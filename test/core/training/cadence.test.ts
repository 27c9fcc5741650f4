import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { cadence } from '../../../core/training/checkpoint.js';

beforeEach(() => {
  vi.useFakeTimers({ toFake: ['performance'] });
});
afterEach(() => {
  vi.useRealTimers();
});
const pass = (milliseconds: number) => vi.advanceTimersByTime(milliseconds);
const saveTaking = (milliseconds: number) => () => {
  pass(milliseconds);
  return Promise.resolve();
};

describe('the cadence of checkpoints', () => {
  it('follows the steps where they are given, and marks', () => {
    const { isDue } = cadence(3);
    expect([1, 2, 3, 4, 5, 6].filter((step) => isDue(step, false))).toEqual([3, 6]);
    expect(isDue(4, true)).toBe(true);
  });

  it('takes at most 1 % of the time where they are not', async () => {
    const saving = cadence(null);
    await saving.save(saveTaking(20));
    pass(1999);
    expect(saving.isDue(1, true)).toBe(false);
    pass(1);
    expect(saving.isDue(1, true)).toBe(true);
    expect(saving.isDue(1, false)).toBe(false);
  });

  it('loses at most a minute inside a long epoch', async () => {
    const saving = cadence(null);
    await saving.save(saveTaking(20));
    pass(59_999);
    expect(saving.isDue(1, false)).toBe(false);
    pass(1);
    expect(saving.isDue(1, false)).toBe(true);
  });
});
