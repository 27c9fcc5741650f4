import { expect, it } from 'vitest';
import step from '../../../plugins/schedules/step.js';
import { create } from '../../support/graph.js';
import { ratesOf } from '../../support/schedule.js';

it('changes at the start of an epoch', () => {
  expect(ratesOf(create(step, { value: 8, everyEpochs: 2, factor: 0.5 }), 2, 10)).toEqual([
    8, 8, 8, 8, 4, 4, 4, 4, 2, 2,
  ]);
});

it('changes within an epoch, after whole steps', () => {
  expect(ratesOf(create(step, { value: 8, everyEpochs: 0.1, factor: 0.5 }), 30, 7)).toEqual([8, 8, 8, 4, 4, 4, 2]);
});
