import { inWords } from '../words/in-words.js';
import { quote } from '../words/received.js';
import { refuseData } from './numbers.js';

/** Names by number, and the number of each row; −1 for a row that has none. */
export interface Numbered {
  readonly numbers: Int32Array;
  readonly names: readonly (number | string)[];
  /** How many of the names occur among the rows that count first. */
  readonly first: number;
}

const words = {
  label: { many: 'labels', none: 'a row without a label' },
  group: { many: 'groups', none: 'a row without a group' },
} as const;

/**
 * Numbers the labels or groups of rows: the distinct ones among the rows that count first by value or code point, then
 * those of all other rows.
 *
 * @throws DATA_INVALID where one is neither a whole number from 0 nor a text, where both are mixed, or where there are not as
 *   many as rows
 */
export function numbered(
  kind: keyof typeof words,
  given: unknown,
  rows: number,
  countFirst: Iterable<number>,
): Numbered {
  const { many } = words[kind];
  const values = listOf(kind, given, rows);
  checkEach(kind, values);
  const leading = new Set<number | string>();
  for (const row of countFirst) if (values[row] !== null) leading.add(values[row] as number | string);
  const rest = new Set<number | string>();
  for (let row = 0; row < rows; row++) {
    const value = values[row];
    if (value !== null && !leading.has(value as number | string)) rest.add(value as number | string);
  }
  const names = [...ordered(leading), ...ordered(rest)];
  if (names.length === 0) refuseData(`All ${many} are null.`, `Give ${many}: null where there are none.`);
  const numberOf = new Map(names.map((name, number) => [name, number]));
  const numbers = new Int32Array(rows);
  for (let row = 0; row < rows; row++) numbers[row] = numberOf.get(values[row] as number | string) ?? -1;
  return { numbers, names, first: leading.size };
}

function listOf(kind: keyof typeof words, given: unknown, rows: number): ArrayLike<unknown> {
  const { many } = words[kind];
  const isList = Array.isArray(given) || (ArrayBuffer.isView(given) && !(given instanceof DataView));
  if (!isList) refuseData(`${many} is ${inWords(given)}.`, `Give an array with one ${kind} for each sample, or null.`);
  const values = given as unknown as ArrayLike<unknown>;
  if (values.length !== rows)
    refuseData(`There are ${rows} samples and ${values.length} ${many}.`, `Give one ${kind} for each sample.`);
  return values;
}

function checkEach(kind: keyof typeof words, values: ArrayLike<unknown>): void {
  const { none } = words[kind];
  const hint = `A ${kind} is a whole number from 0 or a text, all of one sort; null is ${none}.`;
  let sort: 'number' | 'string' | null = null;
  for (let row = 0; row < values.length; row++) {
    const value = values[row];
    if (value === null) continue;
    const isText = typeof value === 'string' && value !== '';
    if (!isText && !(Number.isSafeInteger(value) && (value as number) >= 0))
      refuseData(`The ${kind} of row ${row} is ${shown(value)}.`, hint);
    sort ??= typeof value as 'number' | 'string';
    if (typeof value !== sort)
      refuseData(
        `The ${kind} of row ${row} is ${shown(value)}, and those before it are ${sort === 'number' ? 'numbers' : 'texts'}.`,
        hint,
      );
  }
}

function shown(value: unknown): string {
  return typeof value === 'string' && value !== '' ? quote(value) : inWords(value);
}

function ordered(names: ReadonlySet<number | string>): (number | string)[] {
  return [...names].sort((a, b) => (typeof a === 'string' ? byCodePoint(a, b as string) : a - (b as number)));
}

/** UTF-16 puts what is beyond the first plane before some of it; code points do not. */
function byCodePoint(a: string, b: string): number {
  const [one, other] = [Array.from(a), Array.from(b)];
  const at = one.findIndex((character, index) => character !== other[index]);
  if (at < 0) return one.length - other.length;
  return at >= other.length ? 1 : one[at].codePointAt(0)! - other[at].codePointAt(0)!;
}
