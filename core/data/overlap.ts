import { columnsOf, rowsOf } from '../plugin/examples.js';
import type { Examples } from '../plugin/kinds/dataset.js';
import { contentOf } from './content.js';
import { heldOutNames, type Data } from './data.js';

/** What two splits have in common. */
export interface Overlap {
  readonly splits: readonly [string, string];
  /** Rows that are in both. */
  readonly rows: number;
  /** Pairs that are in both, in either order; 0 where the examples are no pairs. */
  readonly pairs: number;
  /** Rows of the second split that hold what another row of the first holds. */
  readonly equalRows: number;
}

/** What the splits of a dataset share, for each two that share anything. What stored columns hold is not compared. */
export async function overlapsOf(data: Data, signal: AbortSignal): Promise<readonly Overlap[]> {
  const splits = (['train', ...heldOutNames] as const).flatMap((name) => {
    const examples = data[name];
    return examples === null ? [] : [{ name, examples, rows: new Set(rowsOf(examples)) }];
  });
  if (splits.length < 2) return [];
  const contentOfRow = await contents(data, new Set(splits.flatMap(({ rows }) => [...rows])), signal);
  return splits.flatMap((one, index) =>
    splits.slice(index + 1).flatMap((other): Overlap[] => {
      const first = new Set(Array.from(one.rows, contentOfRow));
      const rows = [...other.rows].filter((row) => one.rows.has(row)).length;
      const equalRows = [...other.rows].filter((row) => !one.rows.has(row) && first.has(contentOfRow(row))).length;
      const pairs = sharedPairs(one.examples, other.examples);
      return rows + equalRows === 0 ? [] : [{ splits: [one.name, other.name], rows, pairs, equalRows }];
    }),
  );
}

/** What two splits share, in words of the spec. */
export function overlapInWords({ splits: [one, other], rows, pairs, equalRows }: Overlap): string {
  const count = (n: number, what: string) => `${n.toLocaleString('en')} ${what}${n === 1 ? '' : 's'}`;
  const shared = [...(rows > 0 ? [count(rows, 'row')] : []), ...(pairs > 0 ? [count(pairs, 'pair')] : [])];
  const equal = equalRows > 0 ? [`${count(equalRows, 'row')} of equal content under another number`] : [];
  const so = one === 'train' ? 'are better than on new data' : `are not independent of the ${one} split`;
  return `The ${one} and the ${other} split share ${listed([...shared, ...equal])}: the figures of the ${other} split ${so}.`;
}

/** What a row holds, as a key; its number where that is not compared. */
async function contents({ samples }: Data, rows: ReadonlySet<number>, signal: AbortSignal) {
  if (Object.values(samples).some((column) => !('data' in column))) return (row: number): string | number => row;
  const list = Int32Array.from(rows);
  const { high, low } = await contentOf(samples, list, signal);
  const known = new Map(Array.from(list, (row, index) => [row, `${high[index]} ${low[index]}`]));
  return (row: number): string | number => known.get(row)!;
}

function sharedPairs(one: Examples, other: Examples): number {
  if (one.unit !== 'pairs' || other.unit !== 'pairs') return 0;
  const known = new Set(pairKeys(one));
  return new Set([...pairKeys(other)].filter((key) => known.has(key))).size;
}

function* pairKeys(examples: Examples): Generator<string> {
  const { left, right } = columnsOf(examples);
  for (const [index, row] of left.entries()) {
    const other = right[index];
    yield row < other ? `${row} ${other}` : `${other} ${row}`;
  }
}

function listed(parts: readonly string[]): string {
  return parts.length < 2 ? parts.join() : `${parts.slice(0, -1).join(', ')} and ${parts.at(-1)}`;
}
