import type { Schedule } from '../plugin/kinds/schedule.js';

/**
 * η(s) = s/n·η₀ for the n steps of the warm-up, η₀ being the first rate of the schedule; from then on the schedule, which
 * sees the rest of the training as the whole.
 */
export function warmUp(schedule: Schedule, steps: number): Schedule {
  if (steps === 0) return schedule;
  return {
    ...(schedule.memory && { memory: schedule.memory }),
    learningRate({ step, stepsPerEpoch, totalSteps }, state) {
      const rest = { step: Math.max(1, step - steps), stepsPerEpoch, totalSteps: Math.max(1, totalSteps - steps) };
      return Math.min(1, step / steps) * schedule.learningRate(rest, state);
    },
  };
}
