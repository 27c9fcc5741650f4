import { expect, it } from 'vitest';
import cosine from '../../../plugins/schedules/cosine.js';
import exponential from '../../../plugins/schedules/exponential.js';
import oneCycle from '../../../plugins/schedules/one-cycle.js';
import reduceOnPlateau from '../../../plugins/schedules/reduce-on-plateau.js';
import step from '../../../plugins/schedules/step.js';
import { fixture } from '../../support/fixture.js';
import { create } from '../../support/graph.js';
import { ratesOf } from '../../support/schedule.js';

const schedules = { cosine, exponential, 'one-cycle': oneCycle, step };

interface Case {
  readonly peer: string;
  readonly options: Record<string, number>;
  readonly rates: number[];
}

const peers = fixture<{
  stepsPerEpoch: number;
  totalSteps: number;
  cases: (Case & { schedule: keyof typeof schedules })[];
  losses: number[];
  plateaus: Case[];
}>('schedules');

/** The peers compute in float32 in part. */
function expectRates(ours: readonly number[], theirs: readonly number[]): void {
  expect(ours).toHaveLength(theirs.length);
  const highest = Math.max(...theirs);
  for (const [index, rate] of ours.entries()) {
    expect(Math.abs(rate - theirs[index]), `step ${index + 1}`).toBeLessThan(2e-6 * highest);
  }
}

it.each(peers.cases)('$schedule $options equals $peer', ({ schedule, options, rates }) => {
  expectRates(ratesOf(create(schedules[schedule], options), peers.stepsPerEpoch, peers.totalSteps), rates);
});

it.each(peers.plateaus)('reduce-on-plateau $options equals $peer', ({ options, rates }) => {
  const schedule = create(reduceOnPlateau, options);
  const inputs = { step: 1, stepsPerEpoch: 1, totalSteps: rates.length };
  let state = schedule.memory!.initial;
  const ours = [schedule.learningRate(inputs, state)];
  for (const [index, loss] of peers.losses.entries()) {
    state = schedule.memory!.observe(state, { epoch: index + 1, loss, validation: null });
    ours.push(schedule.learningRate(inputs, state));
  }
  expectRates(ours, rates);
});
