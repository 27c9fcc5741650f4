import { columnsOf, unitNames } from '../plugin/examples.js';
import type { Examples, Unit } from '../plugin/kinds/dataset.js';
import { inWords } from '../words/in-words.js';
import { numbersOf, refuseData } from './numbers.js';

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
    const isGrade = name === 'same';
    const numbers = numbersOf(column, what, isGrade ? 'float32' : 'int32');
    const most = isGrade ? 1 : rows - 1;
    const wrong = numbers.findIndex((value) => !(value >= 0 && value <= most));
    if (wrong >= 0)
      refuseData(
        `Entry ${wrong} of ${what} is ${numbers[wrong]}.`,
        isGrade ? 'Give a grade from 0 to 1.' : `Give a row number from 0 to ${most}.`,
      );
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
