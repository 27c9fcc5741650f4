import type { HostTensors } from '../plugin/tensors.js';
import type { Progress } from './progress.js';

/** All that a run needs to go on exactly. */
export interface Checkpoint {
  readonly progress: Progress;
  /** What the session carries; and under `best/` the weights of the best figure, where they will be restored. */
  readonly tensors: HostTensors;
}

/** Keeps a checkpoint; resolves when it cannot be lost any more. Rejects with STORAGE where it could not be kept. */
export type KeepCheckpoint = (checkpoint: Checkpoint) => Promise<void>;

/** Share of the time that saving may take where no number of steps is given. */
const share = 0.01;
/** How much work may be lost, milliseconds, where an epoch takes longer. */
const longestGap = 60_000;

/** When to save. */
export interface Cadence {
  /** `mark`: an epoch ended here or a figure is the best so far. */
  isDue(step: number, mark: boolean): boolean;
  /** Runs a save and takes note of what it cost. */
  save(run: () => Promise<void>): Promise<void>;
}

export function cadence(everySteps: number | null): Cadence {
  let saved = performance.now();
  let cost = 0;
  return {
    isDue(step, mark) {
      if (everySteps !== null) return mark || step % everySteps === 0;
      const gap = performance.now() - saved;
      return (mark || gap >= longestGap) && cost <= share * gap;
    },
    async save(run) {
      const started = performance.now();
      await run();
      saved = performance.now();
      cost = saved - started;
    },
  };
}
