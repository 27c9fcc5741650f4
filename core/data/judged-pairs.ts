import { rowsOf } from '../plugin/examples.js';
import type { Examples, Pairs } from '../plugin/kinds/dataset.js';
import type { RandomStream } from '../plugin/random.js';
import { noSeed, stream } from '../random/stream.js';
import { contentOf } from './content.js';
import type { Data } from './data.js';

/**
 * How judged pairs are drawn. 1: for each row the next of its class and the next of the following class, in the order of
 * rows. 2: drawn at random by the content of rows.
 */
export type JudgingRule = 1 | 2;
export const judgingRule: JudgingRule = 2;

/**
 * The pairs by which a split is judged. Triplets give their matching and their other pair. Labelled rows give, each one, a
 * pair with a random other row of its class, where it has one, and a pair with a random row of all others. Which, follows
 * from what the rows hold: neither from the seed of the run nor from the order of rows.
 */
export async function judgedPairs(
  { samples, labels }: Pick<Data, 'samples' | 'labels'>,
  examples: Examples,
  rule: JudgingRule,
  signal: AbortSignal,
): Promise<Pairs> {
  switch (examples.unit) {
    case 'pairs':
      return examples;
    case 'triplets': {
      const { anchor, positive, negative } = examples;
      const right = new Int32Array(2 * anchor.length);
      right.set(positive);
      right.set(negative, anchor.length);
      return pairs(
        rowsOf({ unit: 'pairs', left: anchor, right: anchor, same: new Float32Array() }),
        right,
        anchor.length,
      );
    }
    case 'rows': {
      if (rule === 1) return neighborsOf(examples.rows, labels!);
      const rows = Int32Array.from(new Set(examples.rows));
      const { high, low } = await contentOf(samples, rows, signal);
      const order = Array.from(rows.keys()).sort(
        (a, b) => high[a] - high[b] || low[a] - low[b] || labels![rows[a]] - labels![rows[b]],
      );
      return drawnFrom(
        Int32Array.from(order, (index) => rows[index]),
        labels!,
        stream(noSeed, 'judged pairs'),
      );
    }
  }
}

/** @param rows each once, in an order that follows from their content */
function drawnFrom(rows: Int32Array, labels: Int32Array, random: RandomStream): Pairs {
  const blocks = blocksOf(rows, labels);
  const all = blocks.flat();
  const left: number[] = [];
  const [positive, negative]: [number[], number[]] = [[], []];
  const others: number[] = [];
  let start = 0;
  for (const members of blocks) {
    for (const [at, row] of members.entries()) {
      if (members.length > 1) {
        left.push(row);
        positive.push(members[(at + 1 + random.integer(members.length - 1)) % members.length]);
      }
      if (members.length < all.length) {
        const index = random.integer(all.length - members.length);
        others.push(row);
        negative.push(all[index < start ? index : index + members.length]);
      }
    }
    start += members.length;
  }
  return pairs([...left, ...others], [...positive, ...negative], positive.length);
}

/** The rows of each class; a row without a label is a block of its own. */
function blocksOf(rows: Int32Array, labels: Int32Array): number[][] {
  const blocks: number[][] = [];
  const byClass = new Map<number, number[]>();
  for (const row of rows) {
    const known = labels[row] < 0 ? undefined : byClass.get(labels[row]);
    if (known !== undefined) {
      known.push(row);
      continue;
    }
    const block = [row];
    blocks.push(block);
    if (labels[row] >= 0) byClass.set(labels[row], block);
  }
  return blocks;
}

function neighborsOf(rows: Int32Array, labels: Int32Array): Pairs {
  const classes = blocksOf(rows, labels).filter((members) => members.length > 1);
  const positive: [number, number][] = [];
  const negative: [number, number][] = [];
  for (const [index, members] of classes.entries()) {
    const others = classes[(index + 1) % classes.length];
    for (const [at, row] of members.entries()) {
      positive.push([row, members[(at + 1) % members.length]]);
      if (others !== members) negative.push([row, others[at % others.length]]);
    }
  }
  const all = [...positive, ...negative];
  return pairs(
    all.map(([left]) => left),
    all.map(([, right]) => right),
    positive.length,
  );
}

/** Pairs of which the first `matching` are of one class. */
function pairs(left: ArrayLike<number>, right: ArrayLike<number>, matching: number): Pairs {
  const same = new Float32Array(left.length).fill(1, 0, matching);
  return { unit: 'pairs', left: Int32Array.from(left), right: Int32Array.from(right), same };
}
