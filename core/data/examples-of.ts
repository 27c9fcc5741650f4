import { columnsOf, unitNames } from '../plugin/examples.js';
import type { Examples, Unit } from '../plugin/kinds/dataset.js';
import { inWords } from '../words/in-words.js';
import { numbersOf, refuseData } from './numbers.js';

/** What a column may hold from 0 on. */
interface Limits {
  readonly dtype: 'float32' | 'int32';
  readonly most: number;
  readonly hint: string;
}

const limits: Readonly<Record<string, Limits>> = {
  same: { dtype: 'float32', most: 1, hint: 'Give a grade from 0 to 1.' },
  weight: { dtype: 'float32', most: 3.4e38, hint: 'Give a number from 0 on.' },
};

const rowNumbers = (rows: number): Limits => ({
  dtype: 'int32',
  most: rows - 1,
  hint: `Give a row number from 0 to ${rows - 1}.`,
});

/**
 * The examples of a split, checked: row numbers as int32 and in range, grades from 0 to 1, columns of one length, at least
 * one example.
 *
 * @throws DATA_INVALID
 */
export function examplesOf(split: string, given: unknown, rows: number): Examples {
  const unit = (Object(given) as { unit?: Unit }).unit!;
  if (!unitNames.includes(unit)) {
    const what = typeof given === 'object' && given !== null ? `has the unit ${inWords(unit)}` : `is ${inWords(given)}`;
    refuseData(`The ${split} split ${what}.`, `Give examples whose unit is one of ${unitNames.join(', ')}.`);
  }
  const columns = Object.entries(columnsOf(given as Examples)).map(([name, column]) => {
    const what = `${name} of the ${split} split`;
    const { dtype, most, hint } = limits[name] ?? rowNumbers(rows);
    const numbers = numbersOf(column, what, dtype);
    const wrong = numbers.findIndex((value) => !(value >= 0 && value <= most));
    if (wrong >= 0) refuseData(`Entry ${wrong} of ${what} is ${numbers[wrong]}.`, hint);
    return [name, numbers] as const;
  });
  if (new Set(columns.map(([, { length }]) => length)).size > 1) {
    const lengths = columns.map(([name, { length }]) => `${name} ${length}`);
    refuseData(
      `The columns of the ${split} split differ in length: ${lengths.join(', ')}.`,
      'Give one entry of each for each example.',
    );
  }
  if (columns[0][1].length === 0)
    refuseData(
      `The ${split} split has no ${unit}.`,
      split === 'train' ? 'Give at least one.' : 'Give at least one, or null for no such split.',
    );
  return { unit, ...Object.fromEntries(columns) } as unknown as Examples;
}
