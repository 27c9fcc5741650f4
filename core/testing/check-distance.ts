import type { Distance, DistanceDescriptor } from '../plugin/kinds/distance.js';
import { distanceExperiment, ownWeightsTrials } from './distance-lab.js';
import { similarityTrials } from './distance-similarity.js';
import { matrixTrials } from './distance-matrix.js';
import { engineTrial, finiteTrial, gradientTrial, purityStages } from './common-trials.js';
import { evaluate, type Experiment } from './experiment.js';
import { createPlugin, type Lab, type Options } from './lab.js';
import {
  float,
  fromNested,
  norm,
  normals,
  relativeError,
  scaled,
  show,
  showShape,
  takeRows,
  type Nested,
  type Numbers,
} from './numbers.js';
import { fault, type Trial } from './report.js';

/** Distances computed by hand. */
export interface DistanceCase {
  readonly name?: string;
  /** [n, d], or one embedding [d]. */
  readonly a: Nested;
  readonly b: Nested;
  /** [n], or one number. */
  readonly distance: Nested;
}

const dimension = 4;
/** Share by which values may differ that should be equal. */
const rounding = 1e-4;

/** What is checked of a distance once it can be created. */
export function* distanceTrials(
  lab: Lab,
  descriptor: DistanceDescriptor,
  given: Options,
  cases: readonly DistanceCase[],
): Generator<readonly Trial[]> {
  const make = () => createPlugin<Distance>(lab, descriptor, given);
  const between = (a: Numbers, b: Numbers, distance = make()): Experiment =>
    distanceExperiment(descriptor, distance, [a, b], (...args) => ({
      values: { distance: distance.between(...args) },
    }));
  const measure = (a: Numbers, b: Numbers) => evaluate(lab.tf, between(a, b)).distance;
  const ordinary = () => between(normals([7, dimension], 1), normals([7, dimension], 2));
  const claims = descriptor.claims ?? [];

  yield [{ name: 'shapes', run: () => shapes(measure) }];
  yield* purityStages(lab, ordinary);
  yield [
    gradientTrial(lab, 'gradient', () => [
      ordinary(),
      between(scaled(normals([7, dimension], 3), 0.3), scaled(normals([7, dimension], 4), 0.3)),
    ]),
    finiteTrial(lab, () =>
      Object.fromEntries(Object.entries(hostilePairs()).map(([name, [a, b]]) => [name, between(a, b)])),
    ),
    { name: 'direction', run: () => direction(measure) },
    { name: 'order', run: () => order(measure) },
    ...(claims.includes('symmetric') ? [{ name: 'symmetric', run: () => symmetric(measure) }] : []),
    ...(claims.includes('zero-to-itself') ? [{ name: 'zero-to-itself', run: () => zeroToItself(measure) }] : []),
    ...reachTrials(descriptor, measure),
    ...ownWeightsTrials(lab, descriptor, ordinary),
    ...similarityTrials(lab, descriptor, make),
    ...matrixTrials(lab, descriptor, make),
    engineTrial(lab, `distance ${descriptor.name}`, ordinary),
    ...cases.map((example, index) => ({
      name: `case ${example.name ?? index + 1}`,
      run: () => byHand(measure, example),
    })),
  ];
}

type Measure = (a: Numbers, b: Numbers) => Numbers;

function shapes(measure: Measure): string {
  const expect = (a: number[], b: number[], shape: number[]) => {
    const result = measure(normals(a, 1), normals(b, 2));
    if (String(result.shape) !== String(shape))
      fault(
        `between(${showShape(a)}, ${showShape(b)}) gives ${showShape(result.shape)} and should give ${showShape(shape)}: reduce the last axis, and only that.`,
      );
  };
  for (const n of [0, 1, 7, 64]) expect([n, dimension], [n, dimension], [n]);
  expect([dimension], [dimension], []);
  expect([5, 1, dimension], [1, 3, dimension], [5, 3]);
  return 'It reduces the last axis for 0, 1, 7 and 64 rows, and broadcasts the others.';
}

function hostilePairs(): Record<string, readonly [Numbers, Numbers]> {
  const [a, b] = [normals([7, dimension], 1), normals([7, dimension], 2)];
  const zero = float([7, dimension], new Float32Array(7 * dimension));
  return {
    'equal rows': [a, a],
    'all rows equal': [takeRows(a, [0, 0, 0, 0, 0, 0, 0]), takeRows(a, [0, 0, 0, 0, 0, 0, 0])],
    'zero rows on both sides': [zero, zero],
    'zero rows on one side': [zero, b],
    'opposite rows': [a, scaled(a, -1)],
    'huge values': [scaled(a, 1e6), scaled(b, 1e6)],
    'tiny values': [scaled(a, 1e-10), scaled(b, 1e-10)],
  };
}

/** Points on rays from a through b, at these shares of the way. */
function direction(measure: Measure): string {
  const rows = 32;
  const a = unit(normals([rows, dimension], 5), 0.9);
  const b = unit(normals([rows, dimension], 6), 0.9);
  const shares = [0.05, 0.2, 0.4, 0.6, 0.8, 1];
  const at = shares.map(
    (share) =>
      measure(
        a,
        float(
          [rows, dimension],
          b.data.map((value, index) => a.data[index] + share * (value - a.data[index])),
        ),
      ).data,
  );
  for (let step = 1; step < shares.length; step++) {
    for (let row = 0; row < rows; row++) {
      const [near, far] = [at[step - 1][row], at[step][row]];
      if (far >= near - rounding * (1 + Math.abs(near))) continue;
      fault(
        `It shrinks while two embeddings move apart: from ${show(near)} at ${shares[step - 1]} of the way to ${show(far)} at ${shares[step]}. ` +
          'A distance only ever grows with dissimilarity; of a similarity s return something like 1 − s.',
      );
    }
  }
  if (norm(at[0]) === norm(at.at(-1)!) && relativeError(at[0], at.at(-1)!) === 0)
    fault('It is the same for near and for far embeddings.');
  return 'It never shrinks while two embeddings move apart.';
}

function unit({ shape, data }: Numbers, length: number): Numbers {
  const [rows, size] = shape;
  const lengths = Array.from({ length: rows }, (_, row) => norm(data.subarray(row * size, (row + 1) * size)));
  return float(
    shape,
    Array.from(data, (value, index) => (value * length) / lengths[Math.floor(index / size)]),
  );
}

function order(measure: Measure): string {
  const [a, b] = [normals([7, dimension], 1), normals([7, dimension], 2)];
  const permutation = [3, 0, 6, 1, 5, 2, 4];
  const moved = measure(takeRows(a, permutation), takeRows(b, permutation));
  const expected = takeRows(measure(a, b), permutation);
  if (relativeError(moved.data, expected.data) > rounding)
    fault('In another order, the rows have other distances. Each row must be measured for itself.');
  const alone = measure(takeRows(a, [2]), takeRows(b, [2])).data[0];
  if (relativeError([alone], [measure(a, b).data[2]]) > rounding)
    fault('A row has another distance alone than among others. Each row must be measured for itself.');
  return 'Each row is measured for itself, wherever it stands.';
}

function symmetric(measure: Measure): string {
  const [a, b] = [normals([64, dimension], 1), normals([64, dimension], 2)];
  const [there, back] = [measure(a, b).data, measure(b, a).data];
  const row = there.findIndex((value, index) => Math.abs(value - back[index]) > rounding * (1 + Math.abs(value)));
  if (row >= 0)
    fault(
      `It claims to be symmetric, and a to b is ${show(there[row])} where b to a is ${show(back[row])}. Make it so, or take "symmetric" out of its claims.`,
    );
  return 'a to b is b to a.';
}

function zeroToItself(measure: Measure): string {
  const a = normals([64, dimension], 1);
  const { data } = measure(a, a);
  const row = data.findIndex((value) => !(Math.abs(value) <= rounding));
  if (row >= 0)
    fault(
      `It claims to be 0 from an embedding to itself, and is ${show(data[row])}. Make it so, or take "zero-to-itself" out of its claims.`,
    );
  return 'An embedding is 0 away from itself.';
}

function reachTrials({ reach = {} }: DistanceDescriptor, measure: Measure): Trial[] {
  const { normalized, any } = reach;
  const trials: Trial[] = [];
  if (normalized !== undefined)
    trials.push({
      name: 'largest',
      run: () => withinReach(measure, 'normalized', normalized, 'embeddings of length 1', [1]),
    });
  if (any !== undefined)
    trials.push({
      name: 'largest of all',
      run: () => withinReach(measure, 'any', any, 'embeddings', [0.001, 1, 1000]),
    });
  return trials;
}

/** Opposite directions, of few numbers and of many, since a bound may hold for few only. */
function withinReach(
  measure: Measure,
  key: keyof NonNullable<DistanceDescriptor['reach']>,
  largest: number,
  which: string,
  lengths: readonly number[],
): string {
  const far = [1, dimension, 256].flatMap((size) =>
    lengths.flatMap((length) => {
      const a = unit(normals([64, size], 7), length);
      return [...measure(a, scaled(a, -1)).data].map((value) => ({ value, size }));
    }),
  );
  const farthest = far.reduce((a, b) => (b.value > a.value ? b : a));
  if (farthest.value > largest * (1 + rounding))
    fault(
      `It claims that ${which} are at most ${largest} apart, and in dimension ${farthest.size} two are ${show(farthest.value)} apart. Correct reach.${key}, or leave it out.`,
    );
  return `${which.charAt(0).toUpperCase()}${which.slice(1)} are at most ${largest} apart.`;
}

function byHand(measure: Measure, { a, b, distance }: DistanceCase): string {
  const [actual, expected] = [measure(fromNested(a), fromNested(b)), fromNested(distance)];
  return matches(actual, expected, 'distance');
}

/** Refuses values that are not those of a case computed by hand. */
export function matches(actual: Numbers, expected: Numbers, what: string): string {
  if (actual.data.length !== expected.data.length)
    fault(`It gives ${actual.data.length} values of its ${what}, and ${expected.data.length} were expected.`);
  const wrong = expected.data.findIndex(
    (value: number, index: number) => !(Math.abs(actual.data[index] - value) <= 1e-5 * Math.max(1, Math.abs(value))),
  );
  if (wrong >= 0)
    fault(
      `Element ${wrong} of its ${what} is ${show(actual.data[wrong])}, and ${show(expected.data[wrong])} was expected.`,
    );
  return `${expected.data.length === 1 ? 'The value is' : `All ${expected.data.length} values are`} as computed by hand.`;
}
