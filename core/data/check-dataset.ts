import type { Examples, LoadedDataset } from '../plugin/kinds/dataset.js';
import { sizeOf } from '../plugin/tensors.js';
import { TwinspecError } from '../errors.js';
import { verificationPairs } from './verification-pairs.js';

/**
 * Refuses a dataset that cannot be trained on: arrays that do not fit each other, row numbers or labels out of range, values
 * that are not finite, an empty training split. All of it is read once.
 *
 * @throws DATA_INVALID
 */
export function checkDataset({ samples, labels, train, validation, test }: LoadedDataset): void {
  const size = sizeOf(samples.shape);
  const rows = samples.data.length / size;
  if (!Number.isInteger(rows) || rows === 0) {
    fail(
      `The samples are ${samples.data.length} values, which is no multiple of ${size}, the size of a sample of shape [${samples.shape.join(', ')}].`,
      'Give data of rows × sample size values.',
    );
  }
  const bad = samples.data instanceof Float32Array ? samples.data.findIndex((value) => !Number.isFinite(value)) : -1;
  if (bad >= 0) {
    fail(
      `Value ${bad % size} of sample ${Math.floor(bad / size)} is ${samples.data[bad]}.`,
      'Give finite values only.',
    );
  }
  if (labels !== null && labels.length !== rows) {
    fail(`There are ${rows} samples and ${labels.length} labels.`, 'Give one label for each sample.');
  }
  const wrongLabel = labels?.findIndex((label) => label < 0) ?? -1;
  if (wrongLabel >= 0) fail(`The label of sample ${wrongLabel} is ${labels![wrongLabel]}.`, 'Count classes from 0.');
  for (const [split, examples] of Object.entries({ train, validation, test })) {
    if (examples === null) continue;
    checkExamples(split, examples, rows, labels);
    if (split !== 'train') checkBothKinds(split, examples, labels);
  }
}

/** A split is judged by matching and by other pairs, so it needs both; better known before training than after. */
function checkBothKinds(split: string, examples: Examples, labels: Int32Array | null): void {
  const { same } = verificationPairs(examples, labels);
  for (const [kind, missing] of [
    ['matching pairs', same.every((grade) => grade < 0.5)],
    ['pairs of two classes', same.every((grade) => grade >= 0.5)],
  ] as const) {
    if (missing) fail(`The ${split} split has no ${kind}.`, 'Give pairs of both kinds, or null for no such split.');
  }
}

function checkExamples(split: string, examples: Examples, rows: number, labels: Int32Array | null): void {
  const { unit, ...columns } = examples;
  const lengths = Object.entries(columns).map(([name, column]) => `${name} ${column.length}`);
  if (new Set(Object.values(columns).map((column) => column.length)).size > 1) {
    fail(
      `The columns of the ${split} split differ in length: ${lengths.join(', ')}.`,
      'Give one entry of each for each example.',
    );
  }
  if (Object.values(columns)[0].length === 0) {
    fail(
      `The ${split} split has no ${unit}.`,
      split === 'train' ? 'Give at least one.' : 'Give at least one, or null for no such split.',
    );
  }
  if (unit === 'rows' && labels === null)
    fail(`The ${split} split has rows without labels.`, 'Give a label for each sample.');
  for (const [name, column] of Object.entries(columns)) {
    const [limit, what] =
      name === 'same' ? [1, 'a grade from 0 to 1'] : [rows - 1, `a row number from 0 to ${rows - 1}`];
    const wrong = column.findIndex((value: number) => !(value >= 0 && value <= limit));
    if (wrong >= 0) fail(`Entry ${wrong} of ${name} of the ${split} split is ${column[wrong]}.`, `Give ${what}.`);
  }
}

function fail(message: string, hint: string): never {
  throw new TwinspecError('DATA_INVALID', message, { hint });
}
