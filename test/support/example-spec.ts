import type { Spec } from '../../core/spec/shell/spec.js';
import { trainingDefaults } from './training-defaults.js';

const use = (name: string, options: Record<string, unknown> = {}) => ({ use: name, with: options });

export const exampleSpec: Spec = {
  version: 1,
  name: 'example',
  seed: 7,
  dataset: use('mnist-pairs', { validationImages: 0 }),
  base: use('mlp', { units: [4], dropout: 0.1 }),
  embedding: { normalize: false },
  distance: use('euclidean'),
  loss: use('contrastive', { margin: 1 }),
  reducer: use('mean'),
  engine: use('cpu'),
  training: {
    optimizer: use('rmsprop'),
    learningRate: use('constant', { value: 0.001 }),
    ...trainingDefaults,
    sampler: use('shuffle'),
    batchSize: 128,
    epochs: 20,
  },
  evaluation: { threshold: 0.5 },
};
