import { expect, it } from 'vitest';
import { dataOf } from '../../../core/data/data.js';
import { judgedPairs, type JudgingRule } from '../../../core/data/judged-pairs.js';
import { stream } from '../../../core/random/stream.js';

const never = new AbortController().signal;

/** Points of five classes of very different sizes, the last of them of one row; some rows have no class. */
const sizes = [40, 20, 10, 3, 1];
const labels: (string | null)[] = [
  ...sizes.flatMap((size, index) => Array<string>(size).fill(`c${index}`)),
  null,
  null,
];
const values = Float32Array.from({ length: labels.length }, stream(1, 'points').normal);

function dataIn(order: readonly number[]) {
  return dataOf({
    samples: { x: { shape: [], data: Float32Array.from(order, (row) => values[row]) } },
    labels: order.map((row) => labels[row]),
    train: { unit: 'pairs', left: Int32Array.of(0), right: Int32Array.of(1), same: Float32Array.of(1) },
    validation: null,
    test: { unit: 'rows', rows: Int32Array.from(order.keys()) },
  });
}
const inOrder = Array.from(labels.keys());

/** The pairs by what their rows hold, so that the order of rows does not show. */
async function drawn(order: readonly number[], rule: JudgingRule = 2) {
  const data = dataIn(order);
  const { left, right, same } = await judgedPairs(data, data.test!, rule, never);
  return Array.from(left, (row, pair) => [order[row], order[right[pair]], same[pair]] as const);
}

it('draws the same pairs whatever the order of rows', async () => {
  const expected = await drawn(inOrder);
  for (const seed of [1, 2, 3]) {
    const order = [...stream(seed, 'order').shuffle(Int32Array.from(inOrder))];
    expect(await drawn(order)).toEqual(expected);
  }
});

it('pairs each row once with its class, where that has another row, and once with all other rows', async () => {
  const pairs = await drawn(inOrder);
  const matching = pairs.filter(([, , same]) => same === 1);
  const others = pairs.filter(([, , same]) => same === 0);
  const labeledWithOthers = inOrder.filter((row) => labels[row] !== null && labels[row] !== 'c4');
  expect(matching.map(([left]) => left).sort((a, b) => a - b)).toEqual(labeledWithOthers);
  expect(others.map(([left]) => left).sort((a, b) => a - b)).toEqual(inOrder);
  for (const [left, right] of matching) expect([labels[left], left === right]).toEqual([labels[right], false]);
  for (const [left, right] of others) expect(labels[left] === labels[right] && labels[left] !== null).toBe(false);
  expect(others.every(([left, right]) => left !== right)).toBe(true);
});

it('draws matches from the whole class, and others from all other classes', async () => {
  const pairs = await drawn(inOrder);
  const gaps = pairs.filter(([left, , same]) => same === 1 && left < 40).map(([left, right]) => Math.abs(right - left));
  // Neighbors alone would have a mean of 1; of uniform pairs among 40 it is 41/3.
  expect(gaps.reduce((sum, gap) => sum + gap, 0) / gaps.length).toBeGreaterThan(8);
  const partners = new Set(pairs.filter(([left, , same]) => same === 0 && left < 40).map(([, right]) => labels[right]));
  expect(partners.size).toBeGreaterThanOrEqual(3);
});

it('judges runs of the first version by the rule of that time: the next row of the class and of the next class', async () => {
  const data = dataOf({
    samples: { x: { shape: [], data: Float32Array.of(0, 1, 2, 3, 4) } },
    labels: [0, 1, 0, 1, 0],
    train: { unit: 'pairs', left: Int32Array.of(0), right: Int32Array.of(1), same: Float32Array.of(1) },
    validation: null,
    test: { unit: 'rows', rows: Int32Array.of(0, 1, 2, 3, 4) },
  });
  const { left, right, same } = await judgedPairs(data, data.test!, 1, never);
  expect([[...left], [...right], [...same]]).toEqual([
    [0, 2, 4, 1, 3, 0, 2, 4, 1, 3],
    [2, 4, 0, 3, 1, 1, 3, 1, 0, 2],
    [1, 1, 1, 1, 1, 0, 0, 0, 0, 0],
  ]);
});

it('sorted bursts are judged as what they are', async () => {
  // A class is a random walk: neighbors are near each other, the class as a whole is not. A true AUC of about 0.5.
  const bursts = 4;
  const length = 100;
  const { normal } = stream(5, 'walks');
  const walk = Array.from({ length: bursts }, () => {
    let at = 0;
    return Array.from({ length }, () => (at += normal()));
  }).flat();
  const data = dataOf({
    samples: { x: { shape: [], data: Float32Array.from(walk) } },
    labels: walk.map((_, row) => Math.floor(row / length)),
    train: { unit: 'pairs', left: Int32Array.of(0), right: Int32Array.of(1), same: Float32Array.of(1) },
    validation: null,
    test: { unit: 'rows', rows: Int32Array.from(walk.keys()) },
  });
  const auc = async (rule: JudgingRule) => {
    const { left, right, same } = await judgedPairs(data, data.test!, rule, never);
    const distance = Array.from(left, (row, pair) => Math.abs(walk[row] - walk[right[pair]]));
    const of = (grade: number) => distance.filter((_, pair) => same[pair] === grade);
    const wins = of(1).flatMap((near) => of(0).map((far) => (near < far ? 1 : near === far ? 0.5 : 0)));
    return wins.reduce<number>((sum, win) => sum + win, 0) / wins.length;
  };
  const whole = walk.flatMap((a, i) =>
    walk.map((b, j) => [Math.abs(a - b), data.labels![i] === data.labels![j], i < j] as const),
  );
  const same = whole
    .filter(([, isSame, once]) => isSame && once)
    .map(([d]) => d)
    .sort((a, b) => a - b);
  const other = whole.filter(([, isSame, once]) => !isSame && once).map(([d]) => d);
  const rank = (d: number) => same.findIndex((each) => each >= d);
  const truth =
    other.reduce((sum, d) => sum + (rank(d) === -1 ? same.length : rank(d)), 0) / (same.length * other.length);
  expect(await auc(1)).toBeGreaterThan(0.85);
  expect(Math.abs((await auc(2)) - truth)).toBeLessThan(0.05);
});
