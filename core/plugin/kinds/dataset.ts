import type { Descriptor } from '../descriptor.js';
import { kind, type Define, type Metadata, type Stated } from '../kind.js';
import type { Shape, TensorData } from '../tensors.js';

/** All samples of a dataset, one a row, in one array. */
export interface Samples {
  /** Shape of one sample, such as [28, 28, 1]. */
  readonly shape: Shape;
  /** Row-major, rows × sample size; uint8 images stay uint8. */
  readonly data: TensorData;
  /** Factor that a network sees each value times, such as 1/255; 1 when absent. */
  readonly scale?: number;
}

/** Row numbers of matching and other pairs. All three arrays are of one length. */
export interface Pairs {
  readonly unit: 'pairs';
  readonly left: Int32Array;
  readonly right: Int32Array;
  /** 1 for the same class, 0 for another, or a grade between. */
  readonly same: Float32Array;
}

/** Row numbers of triplets. All three arrays are of one length. */
export interface Triplets {
  readonly unit: 'triplets';
  readonly anchor: Int32Array;
  readonly positive: Int32Array;
  readonly negative: Int32Array;
}

/** Row numbers of single, labelled samples. */
export interface Rows {
  readonly unit: 'rows';
  readonly rows: Int32Array;
}

/** Examples to learn or judge by, as row numbers into the samples. A split is examples, and so is a batch. */
export type Examples = Pairs | Triplets | Rows;
export type Unit = Examples['unit'];
export const units = ['pairs', 'triplets', 'rows'] as const satisfies readonly Unit[];

export interface LoadedDataset {
  readonly samples: Samples;
  /** Class index of each row, from 0; null where there are only pairs or triplets. */
  readonly labels: Int32Array | null;
  readonly train: Examples;
  /** Held out rows, none of them in `train`; null when there are none. */
  readonly validation: Examples | null;
  readonly test: Examples | null;
}

export interface Dataset {
  /** Loads everything. Rejects when aborted, as `signal.throwIfAborted()` and `readFile(path, { signal })` do. */
  load(signal: AbortSignal): Promise<LoadedDataset>;
}

declare module '../options.js' {
  interface InstanceOf {
    dataset: Dataset;
  }
}

const metadata = {
  yields: {
    type: 'string',
    enum: units,
    description: 'The unit of its examples. A misfit with the loss is found before anything is loaded.',
  },
  holdsOut: {
    type: 'option',
    optional: true,
    description: 'The option that says what is held out for validation, and that at 0 or null nothing is.',
  },
} as const satisfies Metadata;

export type DatasetDescriptor = Descriptor<'dataset', Dataset> & Stated<typeof metadata>;

export const dataset = kind<DatasetDescriptor>({
  name: 'dataset',
  plural: 'datasets',
  define: 'defineDataset',
  metadata,
  traits: {
    yields: (unit) => ['Yields', unit],
    holdsOut: (option) => ['Holds out for validation', `by ${option}`],
  },
});

/** Defines a dataset. */
export const defineDataset: Define<DatasetDescriptor, typeof metadata> = dataset.describe;
