import { TwinspecError, type Observation } from 'twinspec/plugin';
import { describe, expect, it } from 'vitest';
import reduceOnPlateau from '../../../plugins/schedules/reduce-on-plateau.js';
import { create } from '../../support/graph.js';

const inputs = { step: 1, stepsPerEpoch: 1, totalSteps: 9 };
const make = (options = {}) => create(reduceOnPlateau, { value: 1, factor: 0.5, patience: 2, ...options });

/** The rate after each observation. */
function ratesAfter(options: object, observations: readonly Omit<Observation, 'epoch'>[]): number[] {
  const schedule = make(options);
  let state = schedule.memory!.initial;
  return observations.map((observation, index) => {
    state = schedule.memory!.observe(state, { epoch: index + 1, ...observation });
    return schedule.learningRate(inputs, state);
  });
}

const losses = (...values: number[]) => values.map((loss) => ({ loss, validation: null }));

describe('reduce-on-plateau', () => {
  it('waits, reduces, and waits again', () => {
    expect(ratesAfter({}, losses(3, 2, 2, 2, 2, 2))).toEqual([1, 1, 1, 0.5, 0.5, 0.25]);
  });

  it('takes a change that is too small for none', () => {
    expect(ratesAfter({ minimumChange: 0.5 }, losses(3, 2.6, 2.5))).toEqual([1, 1, 0.5]);
  });

  it('does not wait while it cools down', () => {
    expect(ratesAfter({ cooldown: 3 }, losses(1, 1, 1, 1, 1, 1, 1))).toEqual([1, 1, 0.5, 0.5, 0.5, 0.5, 0.25]);
  });

  it('stays above its floor', () => {
    expect(ratesAfter({ floor: 0.4, patience: 1 }, losses(1, 1, 1, 1))).toEqual([1, 0.5, 0.4, 0.4]);
  });

  it.each([
    ['auc', 0.9, 0.8],
    ['accuracy', 0.9, 0.8],
    ['eer', 0.1, 0.2],
  ])('knows which %s is better', (metric, better, worse) => {
    const observe = (...values: number[]) => values.map((value) => ({ loss: 1, validation: { [metric]: value } }));
    expect(ratesAfter({ metric, patience: 1 }, observe(worse, better))).toEqual([1, 1]);
    expect(ratesAfter({ metric, patience: 1 }, observe(better, worse))).toEqual([1, 0.5]);
  });

  it('says what it needs', () => {
    expect(make().memory!.needsValidation).toBe(false);
    expect(make({ metric: 'auc' }).memory!.needsValidation).toBe(true);
    expect(() => ratesAfter({ metric: 'auc' }, losses(1))).toThrow(TwinspecError);
  });

  it('goes on from its state as JSON as if it had never stopped', () => {
    const { memory } = make({ cooldown: 1 });
    let state = memory!.initial;
    let restored = memory!.initial;
    for (const [index, { loss }] of losses(0.3, 0.1 + 0.2, 0.1, 0.1, 0.1, 0.1, 0.1, 1 / 3).entries()) {
      const observation = { epoch: index + 1, loss, validation: null };
      state = memory!.observe(state, observation);
      restored = memory!.observe(JSON.parse(JSON.stringify(restored)), observation);
      expect(restored).toEqual(state);
    }
  });
});
