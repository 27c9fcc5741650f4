import { columnRows } from '../plugin/columns.js';
import { rowsOf } from '../plugin/examples.js';
import type { Examples, LoadedDataset, Samples } from '../plugin/kinds/dataset.js';
import { inWords } from '../words/in-words.js';
import { examplesOf } from './examples-of.js';
import { numbered } from './numbered.js';
import { refuseData } from './numbers.js';
import { samplesOf } from './samples-of.js';

/** The parts of a dataset that are held out from training. */
export const heldOutNames = ['validation', 'calibration', 'test'] as const;
export type HeldOut = (typeof heldOutNames)[number];

/** A dataset as the core uses it: checked, its numbers in typed arrays, its classes and groups numbered. */
export interface Data {
  readonly samples: Samples;
  /** Number of samples. */
  readonly rows: number;
  /** Class number of each row, −1 where it has none; null where there are no labels. */
  readonly labels: Int32Array | null;
  /** The label of each class, by class number; those of the training rows come first. */
  readonly classNames: readonly (number | string)[];
  /** Number of classes among the training rows. */
  readonly classes: number;
  /** Group number of each row, −1 where it has none; null where there are no groups. */
  readonly groups: Int32Array | null;
  readonly groupNames: readonly (number | string)[];
  readonly attributes: Readonly<Record<string, ArrayLike<unknown>>>;
  readonly train: Examples;
  readonly validation: Examples | null;
  readonly calibration: Examples | null;
  readonly test: Examples | null;
}

/**
 * Checks what a dataset loaded and numbers its classes. All of what is in memory is read once.
 *
 * @throws DATA_INVALID with the row and the value
 */
export function dataOf(loaded: LoadedDataset): Data {
  if (typeof loaded !== 'object' || loaded === null)
    refuseData(`load gave ${inWords(loaded)}.`, 'Give { samples, labels, train, validation, test }.');
  const samples = samplesOf(loaded.samples);
  const rows = columnRows(Object.values(samples)[0]);
  const train = examplesOf('train', loaded.train, rows);
  const trained = new Set(rowsOf(train));
  const labels = isGiven(loaded.labels) ? numbered('label', loaded.labels, rows, trained) : null;
  const groups = isGiven(loaded.groups) ? numbered('group', loaded.groups, rows, trained) : null;
  const heldOut = heldOutNames.map((name) => [
    name,
    isGiven(loaded[name]) ? examplesOf(name, loaded[name], rows) : null,
  ]);
  const splits = { train, ...Object.fromEntries(heldOut) } as Pick<Data, 'train' | HeldOut>;
  const unlabelled = Object.entries(splits).find(([, examples]) => examples?.unit === 'rows' && labels === null);
  if (unlabelled) refuseData(`The ${unlabelled[0]} split has rows without labels.`, 'Give a label for each sample.');
  return {
    samples,
    rows,
    labels: labels && labels.numbers,
    classNames: labels?.names ?? [],
    classes: labels?.first ?? 0,
    groups: groups && groups.numbers,
    groupNames: groups?.names ?? [],
    attributes: attributesOf(loaded.attributes, rows),
    ...splits,
  };
}

function isGiven<T>(value: T | null | undefined): value is T {
  return value !== null && value !== undefined;
}

function attributesOf(given: LoadedDataset['attributes'], rows: number): Data['attributes'] {
  for (const [name, values] of Object.entries(given ?? {})) {
    if (values?.length === rows) continue;
    refuseData(
      `The attribute ${name} has ${inWords(values?.length)} entries, and there are ${rows} samples.`,
      'Give one for each sample.',
    );
  }
  return given ?? {};
}
