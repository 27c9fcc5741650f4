import { describe, type Definition, type Descriptor } from './descriptor.js';
import type { NoOptions, OptionSchemas } from './options.js';
import type { ServiceName } from './services.js';

export interface ScheduleInputs {
  /** Number of the step that is about to run, from 1. */
  readonly step: number;
  readonly stepsPerEpoch: number;
  readonly totalSteps: number;
}

/** The learning rate, computed on the host from the step. */
export interface Schedule {
  learningRate(inputs: ScheduleInputs): number;
}

export type ScheduleDescriptor = Descriptor<'schedule', Schedule>;

/** Defines a learning rate schedule. */
export function defineSchedule<const O extends OptionSchemas = NoOptions, const I extends readonly ServiceName[] = []>(
  definition: Definition<O, I, Schedule>,
): ScheduleDescriptor {
  return describe<ScheduleDescriptor>('schedule', definition);
}
