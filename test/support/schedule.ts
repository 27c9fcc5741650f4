import type { Schedule } from 'twinspec/plugin';

/** The learning rate of every step, of a schedule in the state it starts with. */
export function ratesOf(schedule: Schedule, stepsPerEpoch: number, totalSteps: number): number[] {
  return Array.from({ length: totalSteps }, (_, index) =>
    schedule.learningRate({ step: index + 1, stepsPerEpoch, totalSteps }, schedule.memory?.initial),
  );
}
