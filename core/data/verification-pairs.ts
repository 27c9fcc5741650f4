import type { Examples, Pairs } from '../plugin/kinds/dataset.js';

/**
 * The pairs by which a split is judged. Triplets give their matching and their other pair. Labelled rows give, for each
 * row, the next row of its class and the next row of the following class.
 */
export function verificationPairs(examples: Examples, labels: Int32Array | null): Pairs {
  switch (examples.unit) {
    case 'pairs':
      return examples;
    case 'triplets':
      return pairs(
        [...examples.anchor, ...examples.anchor],
        [...examples.positive, ...examples.negative],
        examples.anchor.length,
      );
    case 'rows':
      return pairsOfRows(examples.rows, labels!);
  }
}

function pairsOfRows(rows: Int32Array, labels: Int32Array): Pairs {
  const byClass = new Map<number, number[]>();
  for (const row of rows) {
    const members = byClass.get(labels[row]) ?? [];
    byClass.set(labels[row], members);
    members.push(row);
  }
  const classes = [...byClass.values()].filter((members) => members.length > 1);
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
function pairs(left: readonly number[], right: readonly number[], matching: number): Pairs {
  return {
    unit: 'pairs',
    left: Int32Array.from(left),
    right: Int32Array.from(right),
    same: Float32Array.from(left, (_, index) => (index < matching ? 1 : 0)),
  };
}
