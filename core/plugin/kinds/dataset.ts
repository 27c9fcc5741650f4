import type { Descriptor } from '../descriptor.js';
import { kind, type Define, type Metadata, type Stated } from '../kind.js';
import type { Shape, TensorData } from '../tensors.js';

/** One value, vector or image of each sample, all in memory. */
export interface HeldColumn {
  /** Of one sample, such as [28, 28, 1]; [] for a single number. */
  readonly shape: Shape;
  /** Row-major, rows × sample size; uint8 images stay uint8. */
  readonly data: TensorData;
  /** Factor that a network sees each value times, such as 1/255; 1 when absent. */
  readonly scale?: number;
}

/** One value, vector or image of each sample, held elsewhere and read by row when a step needs it. */
export interface StoredColumn {
  readonly shape: Shape;
  readonly scale?: number;
  readonly dtype: 'float32' | 'int32' | 'uint8';
  /** Number of samples. */
  readonly rows: number;
  /** The values of these rows in this order, rows × sample size; called often, several calls at once. */
  read(rows: Int32Array): Promise<TensorData>;
}

export type Column = HeldColumn | StoredColumn;

/** All samples of a dataset as columns, each by a name such as `image`. All columns have the same rows. */
export type Samples = Readonly<Record<string, Column>>;

/** What examples of every unit may have. */
interface Weighted {
  /** What each example counts, 0 or more; all the same when absent. */
  readonly weight?: Float32Array;
}

/** Row numbers of matching and other pairs. All arrays are of one length. */
export interface Pairs extends Weighted {
  readonly unit: 'pairs';
  readonly left: Int32Array;
  readonly right: Int32Array;
  /** 1 for the same class, 0 for another, or a grade between. */
  readonly same: Float32Array;
}

/** Row numbers of triplets. All arrays are of one length. */
export interface Triplets extends Weighted {
  readonly unit: 'triplets';
  readonly anchor: Int32Array;
  readonly positive: Int32Array;
  readonly negative: Int32Array;
}

/** Row numbers of single, labelled samples. */
export interface Rows extends Weighted {
  readonly unit: 'rows';
  readonly rows: Int32Array;
}

/** Examples to learn or judge by, as row numbers into the samples. A split is examples, and so is a batch. */
export type Examples = Pairs | Triplets | Rows;
export type Unit = Examples['unit'];
export const units = ['pairs', 'triplets', 'rows'] as const satisfies readonly Unit[];

/** A class, or a group, of each row: whole numbers from 0, or texts, and null for a row that has none. */
export type Labels = ArrayLike<number | string | null>;

export interface LoadedDataset {
  readonly samples: Samples;
  /** Null where there are only pairs or triplets. A row without a label matches no other row and is no class. */
  readonly labels: Labels | null;
  /** What belongs together without being a class, such as all images of one session. */
  readonly groups?: Labels | null;
  /** What else is known of each row, by name. */
  readonly attributes?: Readonly<Record<string, ArrayLike<unknown>>>;
  readonly train: Examples;
  /** Held out, to judge by while training goes on; null when there is nothing. What it shares with `train` is told. */
  readonly validation: Examples | null;
  /** Held out, to fit the threshold by; `validation` where it is absent. */
  readonly calibration?: Examples | null;
  /** Held out to the end. */
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
