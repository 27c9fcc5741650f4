import { describe, type Definition, type Descriptor } from '../descriptor.js';
import type { NoOptions, OptionSchemas } from '../options.js';
import type { ServiceName } from '../services.js';

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

/**
 * `waits` names the options that count epochs until something happens, which it never does in a run that ends before.
 * `follows` is the option that names the metric that the rate follows: one of the validation split, or `loss`, the training
 * loss.
 */
interface ScheduleMetadata<Option extends string> {
  readonly waits?: readonly Option[];
  readonly follows?: Option;
}

export type ScheduleDescriptor = Descriptor<'schedule', Schedule> & ScheduleMetadata<string>;

/** Defines a learning rate schedule. */
export function defineSchedule<const O extends OptionSchemas = NoOptions, const I extends readonly ServiceName[] = []>(
  definition: Definition<O, I, Schedule> & ScheduleMetadata<keyof O & string>,
): ScheduleDescriptor {
  return describe<ScheduleDescriptor>('schedule', definition);
}
