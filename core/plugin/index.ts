export { TwinspecError, type ErrorCode } from '../errors.js';
export { defineBase, type Base, type BaseDescriptor } from './kinds/base.js';
export { defineConfig, type Config } from './config.js';
export {
  defineDataset,
  type Column,
  type Dataset,
  type DatasetDescriptor,
  type Examples,
  type HeldColumn,
  type Labels,
  type LoadedDataset,
  type Pairs,
  type Rows,
  type Samples,
  type StoredColumn,
  type Triplets,
  type Unit,
} from './kinds/dataset.js';
export { apiVersion, type Descriptor } from './descriptor.js';
export {
  defineDistance,
  type Distance,
  type DistanceClaim,
  type DistanceDescriptor,
  type DistanceInputs,
} from './kinds/distance.js';
export {
  defineEngine,
  type Availability,
  type CompiledProgram,
  type Engine,
  type EngineDescriptor,
  type EngineReport,
  type EngineSession,
  type Feed,
  type NoiseSource,
  type Program,
  type ProgramInput,
  type ProgramResult,
  type ProgramTensors,
} from './kinds/engine.js';
export { countOf, pick, rowsOf } from './examples.js';
export {
  defineLoss,
  type BatchInputs,
  type Consumes,
  type Loss,
  type LossDescriptor,
  type LossOutput,
  type LossRequires,
  type LossShape,
  type PairInputs,
  type Term,
  type TripletInputs,
} from './kinds/loss.js';
export { followedMetrics, metricDirections, type FollowedMetric } from '../metrics/metrics.js';
export { mask, maskedLogSumExp, maskedMax, maskedMin, safeNorm, safeSqrt, stopGradient } from './math.js';
export { squaredDistances } from './squared-distances.js';
export { onBackend } from './on-backend.js';
export {
  defineOptimizer,
  type Optimizer,
  type OptimizerDescriptor,
  type Update,
  type UpdateInputs,
} from './kinds/optimizer.js';
export type { OptionSchema, OptionSchemas, OptionsOf } from './options.js';
export type { Noise, NoiseKind, RandomService, RandomStream } from './random.js';
export { defineReducer, type Reducer, type ReducerDescriptor } from './kinds/reducer.js';
export { defineSampler, type Epoch, type EpochInputs, type Sampler, type SamplerDescriptor } from './kinds/sampler.js';
export {
  defineSchedule,
  type Observation,
  type Schedule,
  type ScheduleDescriptor,
  type ScheduleInputs,
  type ScheduleMemory,
} from './kinds/schedule.js';
export type { Logger, ServiceName, Services } from './services.js';
export {
  sizeOf,
  type HostTensor,
  type HostTensors,
  type Initializer,
  type Shape,
  type Tensor,
  type TensorData,
  type TensorDeclaration,
  type TensorDeclarations,
  type Tensors,
  type Tf,
} from './tensors.js';
