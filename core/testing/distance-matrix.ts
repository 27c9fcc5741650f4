import type { Distance, DistanceDescriptor } from '../plugin/kinds/distance.js';
import { engineTrial, finiteTrial, gradientTrial } from './common-trials.js';
import { distanceExperiment, type Sides } from './distance-lab.js';
import { differentiate, uneven, type Experiment } from './experiment.js';
import type { Lab } from './lab.js';
import {
  float,
  mapValues,
  normals,
  relativeError,
  scaled,
  show,
  showShape,
  takeRows,
  type Numbers,
} from './numbers.js';
import { fault, type Trial } from './report.js';

const dimension = 4;

/** `matrix` gives what `between` gives, in value and gradient, near and far, on every engine. */
export function matrixTrials(lab: Lab, descriptor: DistanceDescriptor, make: () => Distance): readonly Trial[] {
  const { tf } = lab;
  const experiment = (of: (distance: Distance) => Distance['between'], sides: Sides): Experiment => {
    const distance = make();
    const measure = of(distance);
    return distanceExperiment(descriptor, distance, sides, (...args) => ({ values: { matrix: measure(...args) } }));
  };
  const matrix = (sides: Sides) =>
    experiment(
      (distance) =>
        (...args) =>
          distance.matrix!(...args),
      sides,
    );
  const broadcast = (sides: Sides) =>
    experiment((distance) => (a, b, own) => distance.between(tf.expandDims(a, 1), tf.expandDims(b, 0), own), sides);
  return [
    gradientTrial(lab, 'broadcast', () => [broadcast(ordinary())]),
    ...(make().matrix === undefined
      ? []
      : [
          { name: 'matrix', run: () => agrees(lab, matrix, broadcast) },
          gradientTrial(lab, 'matrix gradient', () => [matrix(ordinary())]),
          { ...finiteTrial(lab, () => mapValues(hostile(), matrix)), name: 'matrix finite' },
          { ...engineTrial(lab, `distance ${descriptor.name}`, () => matrix(ordinary())), name: 'matrix engines' },
        ]),
  ];
}

function ordinary(): Sides {
  return [normals([5, dimension], 1), normals([3, dimension], 2)];
}

/** Rows on which formulas that are equal on paper part. */
function telling(): Readonly<Record<string, Sides>> {
  const [a, b] = ordinary();
  const shifted = (numbers: Numbers, by: number) =>
    float(
      numbers.shape,
      Array.from(numbers.data, (value) => value + by),
    );
  const near = scaled(normals([3, dimension], 3), 0.02);
  const beside = float(
    [3, dimension],
    near.data.map((value, index) => value + a.data[index]),
  );
  return {
    'ordinary rows': [a, b],
    'rows close to each other': [takeRows(a, [0, 1, 2]), beside],
    'rows far from zero': [shifted(a, 300), shifted(b, 300)],
    'rows far apart': [scaled(a, 1e3), scaled(b, -1e3)],
  };
}

function hostile(): Readonly<Record<string, Sides>> {
  const [a, b] = ordinary();
  const zero = float([3, dimension], new Float32Array(3 * dimension));
  return {
    'equal rows': [a, a],
    'all rows equal': [takeRows(a, [0, 0, 0]), takeRows(a, [0, 0])],
    'zero rows': [zero, zero],
    'zero rows on one side': [zero, b],
    'huge values': [scaled(a, 1e6), scaled(b, 1e6)],
    'tiny values': [scaled(a, 1e-10), scaled(b, 1e-10)],
  };
}

function agrees({ tf }: Lab, matrix: (sides: Sides) => Experiment, broadcast: (sides: Sides) => Experiment): string {
  const batches = { ...telling(), ...hostile() };
  for (const [name, sides] of Object.entries(batches)) {
    const [whole, parts] = [matrix, broadcast].map((make) => differentiate(tf, make(sides), uneven));
    const [actual, expected] = [whole.values.matrix, parts.values.matrix];
    if (String(actual.shape) !== String(expected.shape))
      fault(
        `matrix of ${showShape(sides[0].shape)} and ${showShape(sides[1].shape)} gives ${showShape(actual.shape)} and should give ${showShape(expected.shape)}.`,
      );
    const wrong = firstApart(actual, expected);
    if (wrong >= 0)
      fault(
        `With ${name}, matrix and between disagree: ${show(actual.data[wrong])} and ${show(expected.data[wrong])}. ${remedy(name)}`,
      );
    for (const [source, slope] of Object.entries(whole.gradients))
      if (name in telling() && relativeError(slope, parts.gradients[source]) > 1e-2)
        fault(`With ${name}, the gradient of matrix by the ${source} is not that of between. ${remedy(name)}`);
  }
  return `matrix gives the distances of between on ${Object.keys(batches).join(', ')}.`;
}

/** The first entry that is another distance; −1 where none is. Equal rows may be apart by what float32 leaves of their size. */
function firstApart({ data: actual }: Numbers, { data: expected }: Numbers): number {
  const scale = Math.max(...Array.from(expected, Math.abs).filter(Number.isFinite), 0);
  return (actual as Float32Array).findIndex(
    (value, index) => !(Math.abs(value - expected[index]) <= 1e-3 * Math.abs(expected[index]) + 1e-4 * scale),
  );
}

function remedy(name: string): string {
  return /close|far from zero|equal/.test(name)
    ? '‖a‖² + ‖b‖² − 2 a·b loses all digits there: subtract first, then square.'
    : 'Rows are those of the left side, columns those of the right.';
}
