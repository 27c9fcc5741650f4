import * as tf from '@tensorflow/tfjs';
import { describe, expect, it } from 'vitest';
import { bool, differences, float, int, numbers } from '../compare.js';

const special = float(
  [17],
  [NaN, Infinity, -Infinity, -0, 0, 1, -1, 0.5, -0.5, 1.5, 2.5, -2.5, 1e-5, -1e-5, 20, -20, 3e8],
);

type Unary = (x: tf.Tensor) => tf.Tensor;

const unary: Record<string, Unary> = {
  abs: tf.abs,
  ceil: tf.ceil,
  clipByValue: (x) => tf.clipByValue(x, -0.75, 1.25),
  cosh: tf.cosh,
  elu: tf.elu,
  erf: tf.erf,
  exp: tf.exp,
  expm1: tf.expm1,
  floor: tf.floor,
  identity: tf.clone,
  isFinite: tf.isFinite,
  isInf: tf.isInf,
  isNaN: tf.isNaN,
  leakyRelu: (x) => tf.leakyRelu(x, 0.3),
  log: tf.log,
  log1p: tf.log1p,
  logSigmoid: tf.logSigmoid,
  neg: tf.neg,
  onesLike: tf.onesLike,
  reciprocal: tf.reciprocal,
  relu: tf.relu,
  relu6: tf.relu6,
  round: tf.round,
  rsqrt: tf.rsqrt,
  selu: tf.selu,
  sigmoid: tf.sigmoid,
  sign: tf.sign,
  sinh: tf.sinh,
  softplus: tf.softplus,
  sqrt: tf.sqrt,
  square: tf.square,
  step: (x) => tf.step(x),
  stepAlpha: (x) => tf.step(x, 0.25),
  tanh: tf.tanh,
  zerosLike: tf.zerosLike,
  toInt: (x) => tf.cast(tf.clipByValue(x, -100, 100), 'int32'),
  toBool: (x) => tf.cast(x, 'bool'),
};

/** Where a tiny difference of the argument, or NaN to an integer, makes any difference of the result. */
const withoutSpecial = new Set([
  'toInt',
  'sign',
  'step',
  'stepAlpha',
  'clipByValue',
  'relu',
  'softplus',
  'elu',
  'erf',
  'selu',
  'relu6',
  'leakyRelu',
]);

/** tfjs: step(NaN) is NaN and sign(NaN) is 0; here it is the other way round. */
const swallowsNaN = new Set(['step', 'stepAlpha', 'sign']);

const bounded: Record<string, Unary> = {
  acos: tf.acos,
  asin: tf.asin,
  asinh: tf.asinh,
  atan: tf.atan,
  atanh: tf.atanh,
  cos: tf.cos,
  sin: tf.sin,
  tan: tf.tan,
};

describe('functions of one tensor', () => {
  it.each(Object.entries(unary))('%s', async (name, f) => {
    const inputs = { x: numbers([3, 5]), one: numbers([1]), scalar: numbers([]), empty: numbers([0, 3]) };
    const body = (t: Record<string, tf.Tensor>) =>
      Object.fromEntries(Object.keys(inputs).map((key) => [`${key}'`, f(t[key])]));
    expect(await differences(inputs, body)).toEqual([]);
    if (withoutSpecial.has(name)) return;
    expect(await differences({ special }, ({ special }) => ({ y: f(special) }))).toEqual([]);
  });

  it.each(Object.entries(unary).filter(([name]) => withoutSpecial.has(name) && name !== 'toInt'))(
    '%s of numbers at the edges',
    async (name, f) => {
      const finite = float([12], [...special.data].slice(3, 15));
      expect(await differences({ finite }, ({ finite }) => ({ y: f(finite) }))).toEqual([]);
      if (swallowsNaN.has(name)) return;
      expect(await differences({ special }, ({ special }) => ({ y: f(special) }))).toEqual([]);
    },
  );

  it.each(Object.entries(bounded))('%s', async (_, f) => {
    const x = numbers([4, 3]);
    const inside = { ...x, data: x.data.map((v) => v / 2.01) };
    expect(await differences({ inside }, ({ inside }) => ({ y: f(inside) }))).toEqual([]);
  });

  it('acosh', async () => {
    const x = float([4], [1, 1.5, 3, 100]);
    expect(await differences({ x }, ({ x }) => ({ y: tf.acosh(x) }))).toEqual([]);
  });

  it.each(
    Object.entries({
      abs: tf.abs,
      neg: tf.neg,
      relu: tf.relu,
      square: tf.square,
      sign: tf.sign,
      step: (x: tf.Tensor) => tf.step(x),
      clip: (x: tf.Tensor) => tf.clipByValue(x, -1, 2),
      zeros: tf.zerosLike,
      toFloat: (x: tf.Tensor) => tf.cast(x, 'float32'),
      toBool: (x: tf.Tensor) => tf.cast(x, 'bool'),
    }),
  )('%s of int32', async (_, f) => {
    const x = int([5], [-3, 0, 1, 4, 9]);
    expect(await differences({ x }, ({ x }) => ({ y: f(tf.abs(x)), z: tf.mul(x, 2) }))).toEqual([]);
  });

  it('logicalNot and casts of bool', async () => {
    const x = bool([4], [0, 1, 1, 0]);
    const body = ({ x }: Record<string, tf.Tensor>) => ({
      not: tf.logicalNot(x),
      float: tf.cast(x, 'float32'),
      int: tf.cast(x, 'int32'),
      zeros: tf.zerosLike(x),
      same: tf.clone(x),
    });
    expect(await differences({ x }, body)).toEqual([]);
  });
});

type Binary = (a: tf.Tensor, b: tf.Tensor) => tf.Tensor;

const binary: Record<string, Binary> = {
  add: tf.add,
  addN: (a, b) => tf.addN([tf.add(a, tf.zerosLike(b)), tf.add(tf.zerosLike(a), b)]),
  atan2: tf.atan2,
  div: tf.div,
  divNoNan: tf.divNoNan,
  equal: tf.equal,
  floorDiv: tf.floorDiv,
  greater: tf.greater,
  greaterEqual: tf.greaterEqual,
  less: tf.less,
  lessEqual: tf.lessEqual,
  maximum: tf.maximum,
  minimum: tf.minimum,
  mod: tf.mod,
  mul: tf.mul,
  notEqual: tf.notEqual,
  pow: (a, b) => tf.pow(tf.abs(a), b),
  prelu: tf.prelu,
  squaredDifference: tf.squaredDifference,
  sub: tf.sub,
};

const shapes: [number[], number[]][] = [
  [
    [2, 3],
    [2, 3],
  ],
  [[2, 3], [3]],
  [[3], [2, 3]],
  [
    [2, 1],
    [1, 3],
  ],
  [[], [2, 3]],
  [[2, 3], []],
  [[], []],
  [[1], [1, 1]],
  [
    [0, 3],
    [1, 3],
  ],
];

describe('functions of two tensors', () => {
  it.each(Object.entries(binary))('%s', async (_, f) => {
    for (const [a, b] of shapes) {
      const inputs = { a: numbers(a, 1), b: numbers(b, 2) };
      expect(await differences(inputs, ({ a, b }) => ({ y: f(a, b) }))).toEqual([]);
    }
  });

  it.each(Object.entries(binary).filter(([name]) => !['atan2', 'floorDiv', 'mod', 'pow', 'prelu'].includes(name)))(
    '%s of NaN, infinities and zeros',
    async (_, f) => {
      const edge = [NaN, Infinity, -Infinity, 0, -0, 1, -1];
      const inputs = { a: float([7, 1], edge), b: float([1, 7], edge) };
      expect(await differences(inputs, ({ a, b }) => ({ y: f(a, b) }))).toEqual([]);
    },
  );

  it.each(Object.entries(binary).filter(([name]) => !['atan2', 'prelu'].includes(name)))(
    '%s of int32',
    async (name, f) => {
      const inputs = { a: int([2, 4], [-7, 7, -8, 8, 1, 0, 5, 123456789]), b: int([4], [2, -2, 3, 1]) };
      const positive = { ...inputs, b: int([4], [2, 2, 3, 1]) };
      expect(await differences(name === 'pow' ? positive : inputs, ({ a, b }) => ({ y: f(a, b) }))).toEqual([]);
    },
  );

  it('mod of both signs', async () => {
    const inputs = { a: float([8], [5, -5, 5, -5, 0, 4, -4, 2.5]), b: float([8], [3, 3, -3, -3, 3, 2, 2, -2]) };
    expect(await differences(inputs, ({ a, b }) => ({ y: tf.mod(a, b), z: tf.floorDiv(a, b) }))).toEqual([]);
  });

  it('logical operators', async () => {
    const inputs = { a: bool([4, 1], [0, 1, 1, 0]), b: bool([2], [0, 1]) };
    const body = ({ a, b }: Record<string, tf.Tensor>) => ({
      and: tf.logicalAnd(a, b),
      or: tf.logicalOr(a, b),
      xor: tf.logicalXor(a, b),
      equal: tf.equal(a, b),
      less: tf.less(a, b),
      sum: tf.add(tf.cast(a, 'int32'), b),
      scaled: tf.mul(a, 0.5),
    });
    expect(await differences(inputs, body)).toEqual([]);
  });

  it('where, with all types and a condition by row', async () => {
    const inputs = {
      c: bool([2, 3], [0, 1, 1, 0, 1, 0]),
      rows: bool([2], [0, 1]),
      scalar: bool([], [1]),
      a: numbers([2, 3], 1),
      b: numbers([1, 3], 2),
      i: int([2, 3], [1, 2, 3, 4, 5, 6]),
      n: float([2, 3], [NaN, NaN, 1, 2, 3, Infinity]),
    };
    const body = ({ c, rows, scalar, a, b, i, n }: Record<string, tf.Tensor>) => ({
      full: tf.where(c, a, b),
      byRow: tf.where(tf.reshape(rows, [2, 1]), a, b),
      byScalar: tf.where(scalar, a, n),
      ints: tf.where(c, i, tf.neg(i)),
      mixed: tf.where(c, a, i),
      bools: tf.where(c, c, tf.logicalNot(c)),
      guarded: tf.where(tf.isNaN(n), tf.zerosLike(n), n),
    });
    expect(await differences(inputs, body)).toEqual([]);
  });
});
