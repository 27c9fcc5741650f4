import type { Examples, Pairs, Triplets } from '../plugin/kinds/dataset.js';
import { heldOutNames, type Data } from './data.js';

/** What is strange about the examples of a dataset without being impossible, in words; empty where nothing is. */
export function doubtsOf(data: Data): readonly string[] {
  const splits = ['train', ...heldOutNames] as const;
  return [
    ...splits.flatMap((name) => (data[name] === null ? [] : doubtsOfSplit(name, data[name], data))),
    ...oneClass(data),
  ];
}

function doubtsOfSplit(split: string, examples: Examples, { labels }: Data): readonly string[] {
  if (examples.unit === 'rows') return [];
  const found = examples.unit === 'pairs' ? doubtsOfPairs(examples, labels) : doubtsOfTriplets(examples, labels);
  const many = examples.unit;
  return Object.entries(found).flatMap(([what, at]) => {
    if (at.length === 0) return [];
    const count = at.length.toLocaleString('en');
    return [
      `${at.length === 1 ? `1 of the ${many}` : `${count} of the ${many}`} of the ${split} split ${what}, first number ${at[0]}.`,
    ];
  });
}

function doubtsOfPairs({ left, right, same }: Pairs, labels: Int32Array | null): Record<string, number[]> {
  const itself: number[] = [];
  const againstLabels: number[] = [];
  const againstEachOther: number[] = [];
  const matches = new Map<string, boolean>();
  for (let pair = 0; pair < left.length; pair++) {
    const [a, b] = left[pair] < right[pair] ? [left[pair], right[pair]] : [right[pair], left[pair]];
    const isMatch = same[pair] >= 0.5;
    if (a === b) itself.push(pair);
    const areLabeled = labels !== null && labels[a] >= 0 && labels[b] >= 0;
    const isGrade = same[pair] > 0 && same[pair] < 1;
    if (areLabeled && !isGrade && (labels[a] === labels[b]) !== isMatch) againstLabels.push(pair);
    const key = `${a} ${b}`;
    const known = matches.get(key);
    if (known === undefined) matches.set(key, isMatch);
    else if (known !== isMatch) againstEachOther.push(pair);
  }
  return {
    'are of a row with itself': itself,
    'contradict the labels of their rows': againstLabels,
    'contradict an earlier pair of the same rows': againstEachOther,
  };
}

function doubtsOfTriplets(
  { anchor, positive, negative }: Triplets,
  labels: Int32Array | null,
): Record<string, number[]> {
  const itself: number[] = [];
  const againstLabels: number[] = [];
  const known = (row: number) => (labels === null || labels[row] < 0 ? null : labels[row]);
  for (let at = 0; at < anchor.length; at++) {
    const [a, p, n] = [anchor[at], positive[at], negative[at]];
    if (a === n || p === n || a === p) itself.push(at);
    const [ofA, ofP, ofN] = [known(a), known(p), known(n)];
    if (ofA !== null && ((ofP !== null && ofP !== ofA) || ofN === ofA)) againstLabels.push(at);
  }
  return { 'name one row twice': itself, 'contradict the labels of their rows': againstLabels };
}

function oneClass({ train, labels, classes, classNames }: Data): readonly string[] {
  if (train.unit !== 'rows' || classes !== 1 || train.rows.some((row) => labels![row] < 0)) return [];
  return [`All rows of the train split have the label ${String(classNames[0])}: there is nothing to tell apart.`];
}
