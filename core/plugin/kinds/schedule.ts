import type { Descriptor } from '../descriptor.js';
import { kind, type Define, type Metadata, type Stated } from '../kind.js';

export interface ScheduleInputs {
  /** Number of the step that is about to run, from 1. */
  readonly step: number;
  readonly stepsPerEpoch: number;
  readonly totalSteps: number;
}

/** What came of an epoch. */
export interface Observation {
  /** From 1. */
  readonly epoch: number;
  /** Mean training loss over the epoch. */
  readonly loss: number;
  /** Metrics of the validation split by name, such as `auc`; null where there is no split. */
  readonly validation: Readonly<Record<string, number>> | null;
}

/** What a schedule remembers. A state is plain JSON data, never changed in place, so that a checkpoint restores it exactly. */
export interface ScheduleMemory<State> {
  readonly initial: State;
  /** Whether it needs metrics of a validation split; a run without one is then refused before it starts. */
  readonly needsValidation: boolean;
  /** The state after an epoch. */
  observe(state: State, observation: Observation): State;
}

/** The learning rate, computed on the host from the step, and from a state where the schedule has a memory. */
export interface Schedule<State = unknown> {
  learningRate(inputs: ScheduleInputs, state: State): number;
  readonly memory?: ScheduleMemory<State>;
}

declare module '../options.js' {
  interface InstanceOf {
    schedule: Schedule;
  }
}

const metadata = {
  waits: {
    type: 'array',
    items: { type: 'option', of: ['number', 'integer'] },
    optional: true,
    description: 'Options that count epochs until something happens, which it never does in a run that ends before.',
  },
  follows: {
    type: 'option',
    optional: true,
    description:
      'The option that names the metric that the rate follows: one of the validation split, or `loss`, the training loss.',
  },
} as const satisfies Metadata;

export type ScheduleDescriptor = Descriptor<'schedule', Schedule> & Stated<typeof metadata>;

export const schedule = kind<ScheduleDescriptor>({
  name: 'schedule',
  plural: 'schedules',
  define: 'defineSchedule',
  metadata,
});

/** Defines a learning rate schedule. */
export const defineSchedule: Define<ScheduleDescriptor, typeof metadata> = schedule.describe;
