import {
  defineBase,
  defineDataset,
  defineDistance,
  defineEngine,
  defineLoss,
  defineOptimizer,
  defineReducer,
  defineSampler,
  defineSchedule,
  type Descriptor,
} from 'twinspec/plugin';
import { createRegistry } from '../../../core/plugin/registry.js';

const never = (): never => {
  throw new Error('not for running');
};
const summary = 'For tests.';
const description = 'For tests.';

/** Plugins that only have to be named: their `create` throws. */
export const fakes: readonly Descriptor[] = [
  defineDataset({ name: 'digit-pairs', summary, yields: 'pairs', create: never }),
  defineDataset({ name: 'digit-rows', summary, yields: 'rows', create: never }),
  defineBase({
    name: 'mlp',
    summary,
    options: {
      units: {
        type: 'array',
        items: { type: 'integer', minimum: 1 },
        minItems: 1,
        default: [128, 128],
        description: 'Width of each layer.',
      },
      dropout: { type: 'number', minimum: 0, exclusiveMaximum: 1, default: 0, description: 'Share dropped.' },
      activation: { type: 'string', enum: ['relu', 'tanh'], default: 'relu', description: 'Non-linearity.' },
      clip: { type: 'number', nullable: true, default: null, description: 'Bound of the output.' },
    },
    create: never,
  }),
  defineDistance({ name: 'euclidean', summary, create: never }),
  defineLoss({
    name: 'contrastive',
    summary,
    consumes: 'pairs',
    options: { margin: { type: 'number', exclusiveMinimum: 0, default: 1, description: 'How far apart.' } },
    create: never,
  }),
  defineLoss({ name: 'triplet', summary, consumes: 'triplets', create: never }),
  defineReducer({ name: 'mean', summary, create: never }),
  defineSampler({ name: 'shuffle', summary, yields: { pairs: 'pairs', rows: 'rows' }, create: never }),
  defineSampler({ name: 'balanced', summary, yields: { rows: 'rows' }, create: never }),
  defineOptimizer({
    name: 'sgd',
    summary,
    options: { momentum: { type: 'number', minimum: 0, maximum: 1, default: 0, description } },
    create: never,
  }),
  defineSchedule({
    name: 'constant',
    summary,
    options: { value: { type: 'number', exclusiveMinimum: 0, default: 0.001, description: 'The rate of every step.' } },
    shorthand: 'value',
    create: never,
  }),
  defineEngine({ name: 'cpu', summary, priority: 1, probe: () => Promise.resolve({ available: true }), create: never }),
];

export const defaults = {
  distance: 'euclidean',
  optimizer: 'sgd',
  reducer: 'mean',
  sampler: 'shuffle',
  schedule: 'constant',
} as const;

export const registry = createRegistry(fakes, defaults);

/** A spec that says only what it must. */
export const smallest = `version: 1
name: small
dataset: digit-pairs
base: mlp
loss: contrastive
training:
  epochs: 3
`;
