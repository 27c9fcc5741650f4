import { expect, it } from 'vitest';
import { warmUp } from '../../../core/training/warm-up.js';
import cosine from '../../../plugins/schedules/cosine.js';
import reduceOnPlateau from '../../../plugins/schedules/reduce-on-plateau.js';
import step from '../../../plugins/schedules/step.js';
import { create } from '../../support/graph.js';
import { ratesOf } from '../../support/schedule.js';

it('rises in equal steps to where the schedule starts, and leaves the rest of the training to it', () => {
  const schedule = create(cosine, { value: 8 });
  const rates = ratesOf(warmUp(schedule, 4), 1, 10);
  expect(rates.slice(0, 4)).toEqual([2, 4, 6, 8]);
  expect(rates.slice(4)).toEqual(ratesOf(schedule, 1, 6));
});

it('counts epochs from its end', () => {
  const schedule = create(step, { value: 8, everyEpochs: 1, factor: 0.5 });
  expect(ratesOf(warmUp(schedule, 2), 2, 6)).toEqual([4, 8, 8, 8, 4, 4]);
});

it('only rises where it is longer than the training', () => {
  expect(ratesOf(warmUp(create(cosine, { value: 8 }), 16), 1, 3)).toEqual([0.5, 1, 1.5]);
});

it('is the schedule itself where there are no steps', () => {
  const schedule = create(cosine, { value: 8 });
  expect(warmUp(schedule, 0)).toBe(schedule);
});

it('keeps the memory of the schedule', () => {
  const schedule = create(reduceOnPlateau, { value: 8, factor: 0.5, patience: 1 });
  const warmedUp = warmUp(schedule, 4);
  const memory = warmedUp.memory;
  expect(memory).toBe(schedule.memory);
  let state = memory!.initial;
  for (const epoch of [1, 2]) state = memory!.observe(state, { epoch, loss: 1, validation: null });
  expect(warmedUp.learningRate({ step: 2, stepsPerEpoch: 1, totalSteps: 9 }, state)).toBe(2);
});
