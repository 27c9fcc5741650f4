import type { VerificationMetrics } from '../metrics/verification.js';

/**
 * Where a run stands between two steps, in plain JSON. With the tensors that the session carries it is all that a run
 * needs to go on exactly: the order of the data follows from (seed, epoch), noise from (seed, step).
 */
export interface Progress {
  /** Steps done. */
  step: number;
  /** Of the next step, from 1. */
  epoch: number;
  /** Steps of this epoch that are done. */
  stepOfEpoch: number;
  /** Spent on steps, over all resumes. */
  seconds: number;
  /** Sums over the epoch so far, each batch weighted by its size. */
  sums: EpochSums;
  /** Mean training loss of the latest epoch; null before the end of the first. */
  loss: number | null;
  /** What the schedule remembers; null where it has no memory. */
  schedule: unknown;
  /** Steps left out because something in them was not finite. */
  skipped: number;
  /** The latest judgement on the validation split. */
  validation: { readonly step: number; readonly metrics: VerificationMetrics } | null;
  /** The best figure so far of the metric that early stopping watches. */
  best: { readonly step: number; readonly value: number } | null;
  /** Judgements since then. */
  waited: number;
}

export interface EpochSums {
  seconds: number;
  examples: number;
  loss: number;
  /** null where batches have no accuracy. */
  accuracy: number | null;
}

/** What a new run starts from. */
export function newProgress(): Progress {
  return {
    step: 0,
    epoch: 1,
    stepOfEpoch: 0,
    seconds: 0,
    sums: noSums(),
    loss: null,
    schedule: null,
    skipped: 0,
    validation: null,
    best: null,
    waited: 0,
  };
}

export function noSums(): EpochSums {
  return { seconds: 0, examples: 0, loss: 0, accuracy: null };
}

export function addToSums(sums: EpochSums, figures: { loss: number; accuracy?: number }, examples: number): void {
  sums.examples += examples;
  sums.loss += figures.loss * examples;
  if (figures.accuracy !== undefined) sums.accuracy = (sums.accuracy ?? 0) + figures.accuracy * examples;
}

/** Means over the epoch so far; 0 where there was nothing to learn from. */
export function meansOf({ examples, loss, accuracy }: EpochSums): { loss: number; accuracy?: number } {
  const count = Math.max(1, examples);
  return { loss: loss / count, ...(accuracy === null ? {} : { accuracy: accuracy / count }) };
}
