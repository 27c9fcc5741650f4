import { fileURLToPath } from 'node:url';
import { loadSpec, type SpecInput } from 'twinspec';
import { clouds } from './clouds.js';
import { losses } from './losses.js';

export interface Experiment {
  readonly spec: SpecInput;
  /** Those that run it; all when absent. */
  readonly engines?: readonly (keyof typeof engines)[];
  /** Stops after this step, and goes on from the checkpoint. */
  readonly stopAfter?: number;
}

export const steps = 40;

/** Bits follow from the number of threads too. */
export const engines: Readonly<Record<string, SpecInput['engine']>> = {
  onnx: { use: 'onnx', with: { threads: 2 } },
  cpu: 'cpu',
};

export const plugins = [clouds('pairs'), clouds('rows'), clouds('triplets'), ...losses];

async function shipped(name: string): Promise<SpecInput> {
  const spec = await loadSpec(fileURLToPath(new URL(`../../specs/${name}.yaml`, import.meta.url)));
  return { ...spec, training: { ...spec.training, maxSteps: steps } };
}

/** 57 examples in batches of 16: four steps an epoch, the last of 9. */
function small(
  name: string,
  { training, ...parts }: Partial<Omit<SpecInput, 'training'>> & { readonly training?: Partial<SpecInput['training']> },
): SpecInput {
  return {
    version: 1,
    name,
    seed: 11,
    dataset: 'clouds/pairs',
    base: { use: 'mlp', with: { units: [12, 6], dropout: 0.25 } },
    distance: 'euclidean',
    loss: 'contrastive',
    ...parts,
    training: { learningRate: 0.01, batchSize: 16, epochs: 100, maxSteps: steps, ...training },
  };
}

export const experiments: readonly Experiment[] = [
  { spec: await shipped('mnist-mlp') },
  // The cpu engine is too slow for it; `cnn` stands in.
  { spec: await shipped('mnist-cnn'), engines: ['onnx'] },
  {
    spec: small('cnn', {
      base: { use: 'cnn', with: { filters: [4, 8], padding: 'same', dense: [12, 6], dropout: 0.25 } },
    }),
  },
  {
    spec: small('batch-normalization', {
      base: { use: 'cnn', with: { filters: [4, 8], padding: 'same', batchNorm: true, pooling: 'average', dense: [6] } },
      training: {
        optimizer: 'adam',
        learningRate: { use: 'exponential', with: { value: 0.01, factor: 0.9 } },
        ema: { decay: 0.9 },
      },
    }),
  },
  {
    spec: small('batch', {
      dataset: 'clouds/rows',
      loss: 'same/batch',
      training: { optimizer: { use: 'sgd', with: { momentum: 0.9, nesterov: true } } },
    }),
  },
  {
    spec: small('proxies', {
      dataset: 'clouds/rows',
      loss: 'same/proxies',
      training: { optimizer: 'adagrad', lossLearningRate: 3 },
    }),
  },
  { spec: small('pairs-of-rows', { dataset: 'clouds/rows', loss: 'same/boundary' }) },
  {
    spec: small('triplets', {
      dataset: 'clouds/triplets',
      loss: 'same/triplets',
      training: { learningRate: { use: 'one-cycle', with: { value: 0.02 } } },
    }),
  },
  {
    spec: small('resumed', {
      loss: 'same/boundary',
      training: {
        optimizer: { use: 'rmsprop', with: { centered: true, momentum: 0.9 } },
        learningRate: { use: 'cosine', with: { value: 0.01, restarts: 1 } },
      },
    }),
    stopAfter: 18,
  },
  {
    spec: small('many-options', {
      embedding: { normalize: true },
      training: {
        optimizer: { use: 'adamw', with: { amsgrad: true } },
        learningRate: {
          use: 'reduce-on-plateau',
          with: { value: 0.02, metric: 'auc', factor: 0.5, patience: 2 },
        },
        warmupSteps: 10,
        accumulate: 2,
        freeze: ['base/1/bias'],
        clip: { value: 0.2, norm: 0.5 },
        ema: { decay: 0.9 },
        validate: { everySteps: 7 },
        earlyStopping: { metric: 'auc', patience: 1000, minDelta: 0.2 },
      },
      evaluation: { threshold: 'fit' },
    }),
  },
];
