/** How long one call of the engine may keep the event loop, milliseconds. */
const longestCall = 20;
const mostStepsPerCall = 16;

export interface GroupLimits {
  /** Steps of the epoch, the last of which may be smaller. */
  readonly steps: number;
  /** Steps of it that are done. */
  readonly from: number;
  /** Steps done in all. */
  readonly step: number;
  /** Something happens after every so many steps; null for nothing. */
  readonly every: readonly (number | null)[];
  readonly totalSteps: number;
  /** Milliseconds of the last step. */
  readonly stepTime: number;
}

/** How many of the next steps one call of the engine takes: all of one size, and none past a step after which something happens. */
export function groupSize({ steps, from, step, every, totalSteps, stepTime }: GroupLimits): number {
  const inTime = Math.min(mostStepsPerCall, Math.max(1, Math.floor(longestCall / stepTime)));
  const ofOneSize = from >= steps - 1 ? 1 : steps - 1 - from;
  const untilNext = every.map((interval) => (interval === null ? Infinity : interval - (step % interval)));
  return Math.min(inTime, ofOneSize, totalSteps - step, ...untilNext);
}
