import type { Descriptor } from 'twinspec/plugin';
import cnn from './bases/cnn.js';
import mlp from './bases/mlp.js';
import mnistPairs from './datasets/mnist-pairs.js';
import euclidean from './distances/euclidean.js';
import cpu from './engines/cpu.js';
import onnx from './engines/onnx/index.js';
import tensorflow from './engines/tensorflow/index.js';
import contrastive from './losses/contrastive.js';
import adagrad from './optimizers/adagrad.js';
import adam from './optimizers/adam.js';
import adamw from './optimizers/adamw.js';
import rmsprop from './optimizers/rmsprop.js';
import sgd from './optimizers/sgd.js';
import mean from './reducers/mean.js';
import shuffle from './samplers/shuffle.js';
import constant from './schedules/constant.js';
import cosine from './schedules/cosine.js';
import exponential from './schedules/exponential.js';
import oneCycle from './schedules/one-cycle.js';
import reduceOnPlateau from './schedules/reduce-on-plateau.js';
import step from './schedules/step.js';

/** Every plugin that is shipped, sorted by kind and name. */
export const plugins: readonly Descriptor[] = [
  cnn,
  mlp,
  mnistPairs,
  euclidean,
  cpu,
  onnx,
  tensorflow,
  contrastive,
  adagrad,
  adam,
  adamw,
  rmsprop,
  sgd,
  mean,
  shuffle,
  constant,
  cosine,
  exponential,
  oneCycle,
  reduceOnPlateau,
  step,
];

/** What a spec gets where it names no plugin of a kind. */
export const defaults = {
  optimizer: 'rmsprop',
  reducer: 'mean',
  sampler: 'shuffle',
  schedule: 'constant',
} as const;
