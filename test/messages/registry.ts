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
} from 'twinspec/plugin';
import { createRegistry } from '../../core/plugin/registry.js';

const create = (): never => {
  throw new Error('not for running');
};
const probe = () => Promise.resolve({ available: true } as const);
const rate = { type: 'number', exclusiveMinimum: 0, description: 'The learning rate.' } as const;

/** A small set of plugins that stays as it is, so that messages change only when their wording does. */
export const registry = createRegistry(
  [
    defineDataset({
      name: 'mnist-pairs',
      summary: 'Pairs of handwritten digits.',
      yields: 'pairs',
      options: {
        validation: {
          type: 'number',
          minimum: 0,
          exclusiveMaximum: 1,
          default: 0,
          description: 'Share of the training images that is held out.',
        },
      },
      holdsOut: 'validation',
      conflicts: ({ validation }) =>
        validation > 0 && validation < 0.001
          ? { validation: 'No image would be held out: take 0, or 0.001 and more.' }
          : {},
      create,
    }),
    defineDataset({ name: 'mnist', summary: 'Handwritten digits, labelled.', yields: 'rows', create }),
    defineDataset({ name: 'face-triplets', summary: 'Triplets of faces.', yields: 'triplets', create }),
    defineBase({
      name: 'mlp',
      summary: 'Dense layers.',
      options: {
        units: {
          type: 'array',
          items: { type: 'integer', minimum: 1 },
          minItems: 1,
          default: [128, 128, 128],
          description: 'Width of each layer; the last is the length of the embedding.',
        },
        activation: {
          type: 'string',
          enum: ['relu', 'tanh', 'sigmoid'],
          default: 'relu',
          description: 'What follows each layer but the last.',
        },
        dropout: {
          type: 'number',
          minimum: 0,
          exclusiveMaximum: 1,
          default: 0,
          description: 'Share of values dropped in training.',
        },
        batchNorm: { type: 'boolean', default: false, description: 'Normalises each layer over the batch.' },
        clip: { type: 'number', nullable: true, default: null, description: 'Bound of the embedding.' },
      },
      withoutEffect: ({ units, dropout }) =>
        dropout > 0 && units.length === 1 ? { dropout: 'It stands between layers, and there is one.' } : {},
      create,
    }),
    defineBase({ name: 'cnn', summary: 'Convolutions.', create }),
    defineDistance({ name: 'euclidean', summary: 'Straight line.', reach: { normalized: 2 }, create }),
    defineDistance({ name: 'cosine', summary: 'One minus the cosine.', reach: { normalized: 2 }, create }),
    defineLoss({
      name: 'contrastive',
      summary: 'Pulls matching pairs together, pushes others apart.',
      consumes: 'pairs',
      options: {
        margin: {
          type: 'number',
          exclusiveMinimum: 0,
          default: 1,
          description: 'Distance that other pairs should keep.',
        },
      },
      margins: ['margin'],
      create,
    }),
    defineLoss({ name: 'triplet', summary: 'Positive closer than negative.', consumes: 'triplets', create }),
    defineLoss({ name: 'multi-similarity', summary: 'Weighs all pairs of a batch.', consumes: 'batch', create }),
    defineReducer({ name: 'mean', summary: 'Mean.', create }),
    defineSampler({
      name: 'shuffle',
      summary: 'All, in random order.',
      yields: { pairs: 'pairs', triplets: 'triplets', rows: 'rows' },
      create,
    }),
    defineSampler({ name: 'per-class', summary: 'As many of each class.', yields: { rows: 'rows' }, create }),
    defineOptimizer({ name: 'rmsprop', summary: 'Root mean square.', create }),
    defineOptimizer({
      name: 'sgd',
      summary: 'Gradient descent.',
      options: {
        momentum: { type: 'number', minimum: 0, maximum: 1, default: 0, description: 'Share of the last step.' },
      },
      create,
    }),
    defineSchedule({
      name: 'constant',
      summary: 'The same at every step.',
      options: { value: rate },
      shorthand: 'value',
      create,
    }),
    defineSchedule({
      name: 'warmup',
      summary: 'Grows, then stays.',
      options: { peak: rate, steps: { type: 'integer', minimum: 1, default: 100, description: 'Steps of growth.' } },
      create,
    }),
    defineSchedule({
      name: 'step',
      summary: 'Falls every few epochs.',
      options: {
        value: rate,
        everyEpochs: { type: 'number', exclusiveMinimum: 0, description: 'Epochs between falls.' },
      },
      waits: ['everyEpochs'],
      create,
    }),
    defineSchedule({
      name: 'reduce-on-plateau',
      summary: 'Falls when a metric stands still.',
      options: {
        value: rate,
        metric: { type: 'string', enum: ['loss', 'auc'], default: 'loss', description: 'What should improve.' },
      },
      follows: 'metric',
      create,
    }),
    defineEngine({ name: 'cpu', summary: 'Pure JavaScript.', priority: 0, probe, create }),
    defineEngine({
      name: 'onnx',
      summary: 'Compiled.',
      priority: 10,
      options: { threads: { type: 'integer', minimum: 1, default: 1, description: 'Threads to compute with.' } },
      probe,
      create,
    }),
  ],
  { distance: 'euclidean', optimizer: 'rmsprop', reducer: 'mean', sampler: 'shuffle', schedule: 'constant' },
);
