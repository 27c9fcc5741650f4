import type { EngineReport } from '../plugin/kinds/engine.js';
import type { Problem } from '../errors.js';
import type { Histograms } from '../evaluation/histogram.js';
import type { FollowedMetric } from '../metrics/metrics.js';
import type { DataFacts } from '../data/facts.js';
import type { VerificationMetrics } from '../metrics/verification.js';
import type { Counted, Tally } from '../words/tally.js';
import type { Followed } from './early-stopping.js';
import type { Ending } from './ending.js';

/** Version of the event union: it grows when an event changes or goes, not when one is added. */
export const eventVersion = 1;

/** What a run tells while it goes on, in order. Losses and accuracies are of the batch, or means over the epoch. */
export type RunEvent =
  | {
      readonly type: 'started';
      readonly version: typeof eventVersion;
      readonly name: string;
      readonly seed: number;
      readonly engine: EngineReport;
      /** Why this engine runs. */
      readonly engineReason: string;
      /** Trainable numbers. */
      readonly parameters: number;
      /** Examples of each split, in the split's own unit. */
      readonly examples: { readonly train: number; readonly validation: number; readonly test: number };
      readonly epochs: number;
      readonly stepsPerEpoch: number;
      readonly totalSteps: number;
    }
  | {
      /** Something is doubtful; told once, however often it comes. */
      readonly type: 'warning';
      readonly message: string;
      /** What is doubtful in the spec, where that is what it is about. */
      readonly problem?: Problem;
    }
  | {
      readonly type: 'step';
      /** From 1, over all epochs. */
      readonly step: number;
      /** From 1. */
      readonly epoch: number;
      readonly loss: number;
      /** Reduced, unweighted values of the loss's named terms; absent for a loss of one term. */
      readonly terms?: Readonly<Record<string, number>>;
      /** Share of the batch's pairs that fall on their side of the threshold; absent where there are no pairs or no fixed threshold. */
      readonly accuracy?: number;
      /** True where the loss selected nothing to learn from: its figures count in no mean. */
      readonly empty?: true;
      readonly learningRate: number;
      /** Samples through the base network a second, lately. */
      readonly samplesPerSecond: number;
    }
  | {
      readonly type: 'epoch';
      readonly epoch: number;
      readonly step: number;
      readonly loss: number;
      readonly accuracy?: number;
      /** Of its steps, without validation and checkpoints. */
      readonly seconds: number;
      readonly validation: VerificationMetrics | null;
      readonly followed: Followed | null;
    }
  | {
      /** A step was left out: something in it is not finite, so nothing of it was kept. */
      readonly type: 'skipped';
      readonly step: number;
      readonly epoch: number;
      readonly reason: string;
    }
  | {
      /** A judgement inside an epoch. */
      readonly type: 'validation';
      readonly step: number;
      readonly epoch: number;
      readonly validation: VerificationMetrics;
      readonly followed: Followed | null;
    }
  | {
      /**
       * How values are spread: at the end of an epoch those of each weight, such as `weights/base/0/kernel`; where
       * a split was judged, its distances, `distances/<split>/same` and `…/different`.
       */
      readonly type: 'histograms';
      readonly step: number;
      readonly histograms: Histograms;
    }
  | {
      /** A checkpoint is on the disk and cannot be lost any more. In no file of the run folder. */
      readonly type: 'checkpointed';
      readonly step: number;
      /** Absolute path. */
      readonly folder: string;
    }
  | {
      /** The run goes on from a checkpoint; what follows is what followed there. */
      readonly type: 'resumed';
      /** Steps done. */
      readonly step: number;
      /** Absolute path of the checkpoint. */
      readonly folder: string;
    }
  | {
      /** Training ends before its last epoch does. */
      readonly type: 'stopped';
      readonly step: number;
      readonly epoch: number;
      readonly by: Exclude<Ending['by'], 'epochs'>;
      /** In words. */
      readonly reason: string;
    }
  | {
      /** The weights of an earlier step are back: those of the best figure. They are what is judged and saved. */
      readonly type: 'restored';
      readonly step: number;
      readonly metric: FollowedMetric;
      readonly value: number;
    }
  | { readonly type: 'finished'; readonly summary: RunSummary };

export type Emit = (event: RunEvent) => void;

/** Hears warnings alone, and counts them. */
export function tallying(tally: Tally): Emit {
  return (event) => {
    if (event.type === 'warning') tally.add(event.message);
  };
}

/** The final figures of a run, as in summary.json. */
export interface RunSummary {
  readonly version: 1;
  readonly name: string;
  readonly seed: number;
  readonly engine: EngineReport;
  readonly epochs: number;
  /** Over all resumes. */
  readonly steps: number;
  /** What ended it: the key of `training` whose limit was reached. */
  readonly endedBy: Ending['by'];
  readonly timing: {
    /** Steps since the start or the latest resume: what msPerStep and totalSeconds are about. */
    readonly steps: number;
    /** Median over the latest 1024 of them; null where there were none. */
    readonly msPerStep: number | null;
    /** What the steps of a whole epoch take at the mean time of a step over all resumes, without validation. */
    readonly secondsPerEpoch: number;
    /** From the start or the latest resume to the last metric, with loading, compiling, validation and checkpoints. */
    readonly totalSeconds: number;
  };
  /** Mean training loss of the last epoch, dropout on. */
  readonly trainingLoss: number;
  /** Step whose weights these are, where early stopping brought back earlier ones. */
  readonly restoredStep: number | null;
  readonly validation: VerificationMetrics | null;
  readonly test: VerificationMetrics | null;
  /** Distance under which a pair counts as the same class. */
  readonly threshold: number;
  /** What these figures rest on. */
  readonly data: DataFacts;
  /** Since the start or the latest resume. */
  readonly warnings: readonly Counted[];
  /** sha256 over places, shapes and bytes of weights and state, hexadecimal. */
  readonly weightsSha256: string;
}
