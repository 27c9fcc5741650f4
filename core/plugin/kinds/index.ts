import type { BaseDescriptor } from './base.js';
import type { DatasetDescriptor } from './dataset.js';
import type { DistanceDescriptor } from './distance.js';
import type { EngineDescriptor } from './engine.js';
import type { LossDescriptor } from './loss.js';
import type { OptimizerDescriptor } from './optimizer.js';
import type { ReducerDescriptor } from './reducer.js';
import type { SamplerDescriptor } from './sampler.js';
import type { ScheduleDescriptor } from './schedule.js';

/** The descriptor of each kind of plugin. */
export interface DescriptorOf {
  base: BaseDescriptor;
  distance: DistanceDescriptor;
  loss: LossDescriptor;
  reducer: ReducerDescriptor;
  dataset: DatasetDescriptor;
  sampler: SamplerDescriptor;
  optimizer: OptimizerDescriptor;
  schedule: ScheduleDescriptor;
  engine: EngineDescriptor;
}
export type Kind = keyof DescriptorOf;

/** Every kind, and the function that defines a plugin of it. */
export const definers = {
  base: 'defineBase',
  distance: 'defineDistance',
  loss: 'defineLoss',
  reducer: 'defineReducer',
  dataset: 'defineDataset',
  sampler: 'defineSampler',
  optimizer: 'defineOptimizer',
  schedule: 'defineSchedule',
  engine: 'defineEngine',
} as const satisfies Record<Kind, string>;

export const kinds = Object.keys(definers) as readonly Kind[];
