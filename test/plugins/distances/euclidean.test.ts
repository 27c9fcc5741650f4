import * as tf from '@tensorflow/tfjs';
import type { Engine, Program } from 'twinspec/plugin';
import { describe, expect, it } from 'vitest';
import { stream } from '../../../core/random/stream.js';
import cpu from '../../../plugins/engines/cpu.js';
import onnx from '../../../plugins/engines/onnx/index.js';
import euclidean from '../../../plugins/distances/euclidean.js';
import { create } from '../../support/graph.js';

const ownInputs = {
  weights: {},
  training: true,
  noise: () => {
    throw new Error('it draws nothing');
  },
};

type Rows = readonly Float32Array[];

const normals = (n: number, d: number, seed: number): Rows => {
  const { normal } = stream(seed, 'rows');
  return Array.from({ length: n }, () => Float32Array.from({ length: d }, normal));
};
const mapped = (rows: Rows, f: (value: number, column: number, row: number) => number): Rows =>
  rows.map((values, row) => values.map((value, column) => f(value, column, row)));

const d = 100;
const ordinary = normals(6, d, 1);
const other = normals(5, d, 2);
const beside = (by: number) => mapped(ordinary.slice(0, 5), (value, column, row) => value + by * other[row][column]);

/** Rows of either side. */
const cases: Readonly<Record<string, readonly [Rows, Rows]>> = {
  ordinary: [ordinary, other],
  'close to each other': [ordinary, beside(1e-3)],
  'very close to each other': [ordinary, beside(1e-5)],
  'a rounding apart': [ordinary, mapped(ordinary, (value, column) => (column === 3 ? value * (1 + 2 ** -23) : value))],
  'far from zero': [mapped(ordinary, (value) => 1000 + value / 1000), mapped(other, (value) => 1000 + value / 1000)],
  'of many sizes': [
    mapped(ordinary, (value, column) => value * 10 ** -(column % 7)),
    mapped(ordinary, (value, column) => value * 10 ** -(column % 7) * (1 + 1e-5 * (column % 3))),
  ],
  'some equal': [ordinary, [...ordinary.slice(0, 3), ...other]],
  'all equal': [Array<Float32Array>(4).fill(ordinary[0]), Array<Float32Array>(3).fill(ordinary[0])],
  zero: [mapped(ordinary, () => 0), mapped(other, () => 0)],
  'zero on one side': [mapped(ordinary, () => 0), other],
  large: [mapped(ordinary, (value) => value * 1e15), mapped(other, (value) => value * 1e15)],
  small: [mapped(ordinary, (value) => value * 1e-15), mapped(other, (value) => value * 1e-15)],
  'of one dimension': [normals(4, 1, 3), normals(3, 1, 4)],
};

/** How much each distance counts. */
const slope = (row: number, column: number) => 1 + ((row * 7 + column * 3) % 5) / 4;

/** Distances and gradients in float64, difference by difference. */
function byHand(a: Rows, b: Rows) {
  const values: number[] = [];
  const gradients = [a, b].map((rows) => rows.map((row) => new Float64Array(row.length)));
  for (const [i, x] of a.entries()) {
    for (const [j, y] of b.entries()) {
      const differences = Array.from(x, (value, k) => value - y[k]);
      const distance = Math.sqrt(differences.reduce((sum, value) => sum + value * value, 0));
      values.push(distance);
      for (const [k, difference] of differences.entries()) {
        const part = distance === 0 ? 0 : (slope(i, j) * difference) / distance;
        gradients[0][i][k] += part;
        gradients[1][j][k] -= part;
      }
    }
  }
  return { values, gradients: gradients.map((rows) => rows.flatMap((row) => [...row])) };
}

async function measured(engine: Engine, [a, b]: readonly [Rows, Rows], same = false) {
  const { matrix } = create(euclidean);
  const slopes = tf.tensor2d(a.map((_, i) => b.map((_, j) => slope(i, j))));
  const program: Program = {
    name: 'distances',
    carried: {},
    inputs: {
      a: { kind: 'values', dtype: 'float32', shape: [a.length, a[0].length] },
      b: { kind: 'values', dtype: 'float32', shape: [b.length, b[0].length] },
    },
    body({ inputs }) {
      const value = (a: tf.Tensor, b: tf.Tensor) => matrix!(a, same ? a : b, ownInputs);
      const sum = (a: tf.Tensor, b: tf.Tensor) => tf.add(tf.sum(tf.mul(value(a, b), slopes)), tf.mul(tf.sum(b), 0));
      const [byA, byB] = tf.grads(sum)([inputs['a'], inputs['b']]);
      return { carried: {}, outputs: { values: value(inputs['a'], inputs['b']), byA, byB } };
    },
  };
  const session = await engine.open(null);
  const flat = (rows: Rows) => Float32Array.from(rows.flatMap((row) => [...row]));
  const compiled = await session.compile(program);
  const [outputs] = await compiled.run([{ inputs: { a: flat(a), b: flat(b) }, noise: () => new Uint8Array() }]);
  await session.dispose();
  slopes.dispose();
  return outputs;
}

function expectClose(actual: Float32Array, expected: readonly number[], tolerance: number): void {
  expect(actual.length).toBe(expected.length);
  const wrong = actual.findIndex(
    (value, index) => !(Math.abs(value - expected[index]) <= tolerance * Math.abs(expected[index])),
  );
  expect(wrong < 0 ? [] : [wrong, actual[wrong], expected[wrong]]).toEqual([]);
}

/** By the largest of all: a gradient of 0 may be what two of 1 leave. */
function expectCloseTogether(actual: Float32Array, expected: readonly number[], tolerance: number): void {
  const largest = Math.max(...expected.map(Math.abs), 1);
  expect(Math.max(...expected.map((value, index) => Math.abs(value - actual[index])))).toBeLessThan(
    tolerance * largest,
  );
}

describe.each([
  ['onnx', () => create(onnx, { threads: 1 })],
  ['cpu', () => create(cpu)],
] as const)('the matrix of euclidean on %s', (_, engine) => {
  it.each(Object.entries(cases))('is exact, with its gradient, for rows %s', async (_, sides) => {
    const expected = byHand(...sides);
    const { values, byA, byB } = await measured(await engine(), sides);
    expectClose(values, expected.values, 1e-6);
    expectCloseTogether(byA, expected.gradients[0], 1e-5);
    expectCloseTogether(byB, expected.gradients[1], 1e-5);
  });

  it('of rows to themselves has zeros on its diagonal, with gradient zero, and the gradient of both sides', async () => {
    const rows = [...ordinary, ...beside(1e-5)];
    const expected = byHand(rows, rows);
    const { values, byA } = await measured(await engine(), [rows, rows], true);
    expect(rows.map((_, index) => values[index * (rows.length + 1)])).toEqual(rows.map(() => 0));
    expectClose(values, expected.values, 1e-6);
    const both = expected.gradients[0].map((value, index) => value + expected.gradients[1][index]);
    expectCloseTogether(byA, both, 1e-5);
  });
});
