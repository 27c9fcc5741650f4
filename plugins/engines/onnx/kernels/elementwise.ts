import type { Value } from '../graph.js';
import { isConstant, splat, splatOf } from '../graph.js';
import type { Operators } from '../operators.js';
import type { Kernels, Lowering } from './lowering.js';
import { within } from './lowering.js';

const isFloat = (x: Value): boolean => x.dtype === 'float32';

/** A function of float32; other types pass through float32, as in tfjs. */
const unary =
  (f: (o: Operators, x: Value) => Value): Lowering =>
  ({ o }, { x }) =>
    isFloat(x) ? f(o, x) : within(o, 'float32', [x], (y) => f(o, y));

/** A function that ONNX knows for int32 too; bool passes through int32. */
const arithmetic =
  (f: (o: Operators, a: Value, b: Value) => Value): Lowering =>
  ({ o }, { a, b }) =>
    a.dtype === 'bool' ? within(o, 'int32', [a, b], (x, y) => f(o, x, y)) : f(o, a, b);

/** Through float64, which holds every int32 and where dividing by zero is no fault. */
const exact =
  (f: (o: Operators, a: Value, b: Value) => Value): Lowering =>
  ({ o }, { a, b }) =>
    isFloat(a) ? f(o, a, b) : within(o, 'float64', [a, b], (x, y) => f(o, x, y));

const comparison =
  (f: (o: Operators, a: Value, b: Value) => Value): Lowering =>
  ({ o }, { a, b }) =>
    a.dtype === 'bool' ? f(o, o.cast(a, 'int32'), o.cast(b, 'int32')) : f(o, a, b);

const logical =
  (f: (o: Operators, a: Value, b: Value) => Value): Lowering =>
  ({ o }, { a, b }) =>
    f(o, o.cast(a, 'bool'), o.cast(b, 'bool'));

/** exp(x) - 1, also for small x: 2·tanh(x/2) / (1 - tanh(x/2)). */
function expm1(o: Operators, x: Value): Value {
  const t = o.tanh(o.mul(x, o.like(x, 0.5)));
  const small = o.div(o.mul(t, o.like(x, 2)), o.sub(o.like(x, 1), t));
  return o.where(o.less(o.abs(x), o.like(x, 1)), small, o.sub(o.exp(x), o.like(x, 1)));
}

/** log(1 + x), also for small x: 2·atanh(x / (2 + x)). */
function log1p(o: Operators, x: Value): Value {
  const small = o.mul(o.atanh(o.div(x, o.add(x, o.like(x, 2)))), o.like(x, 2));
  return o.where(o.less(o.abs(x), o.like(x, 0.5)), small, o.log(o.add(x, o.like(x, 1))));
}

function mod(o: Operators, a: Value, b: Value): Value {
  const zero = o.like(a, 0);
  const remainder = o.mod(a, b);
  const sameSign = o.equal(o.cast(o.less(a, zero), 'int32'), o.cast(o.less(b, zero), 'int32'));
  return o.where(sameSign, remainder, o.mod(o.add(remainder, b), b));
}

function atan2(o: Operators, a: Value, b: Value): Value {
  const zero = o.like(a, 0);
  const shift = o.where(o.less(a, zero), o.like(a, -Math.PI), o.like(a, Math.PI));
  const angle = o.atan(o.div(a, b));
  const sloped = o.where(o.less(b, zero), o.add(angle, shift), angle);
  return o.where(o.equal(b, zero), o.mul(o.sign(a), o.like(a, Math.PI / 2)), sloped);
}

/** max(x, 0), and NaN for NaN. */
export const relu = (o: Operators, x: Value): Value => o.relu(x);

export const relu6 = (o: Operators, x: Value): Value => o.min(o.relu(x), o.like(x, 6));

export function prelu(o: Operators, x: Value, alpha: Value): Value {
  return o.where(o.less(x, o.like(x, 0)), o.mul(alpha, x), x);
}

const clip: Lowering = ({ o }, { x }, { clipValueMin, clipValueMax }) =>
  isFloat(x)
    ? o.max(o.min(x, o.like(x, clipValueMax)), o.like(x, clipValueMin))
    : within(o, 'float32', [x], (y) => o.max(o.min(y, o.like(y, clipValueMax)), o.like(y, clipValueMin)));

/** 1 above zero, `alpha` elsewhere; for NaN too, where tfjs gives NaN. */
const step: Lowering = ({ o }, { x }, { alpha }) => {
  const at = (value: number) => splat(value, 'float32');
  const y = o.cast(x, 'float32');
  const positive = o.greater(y, at(0));
  const result = alpha === 0 ? o.cast(positive, 'float32') : o.where(positive, at(1), at(alpha ?? 0));
  return o.cast(result, x.dtype);
};

const power: Lowering = ({ o }, { a, b }) => {
  const exponent = splatOf(b);
  if (isFloat(a) && exponent === 2) return o.mul(a, a);
  if (isFloat(a) && exponent === 1 && isConstant(b) && b.shape.length === 0) return a;
  return isFloat(a) ? o.pow(a, b) : within(o, 'float64', [a, b], (x, y) => o.pow(x, y));
};

function sumAll(o: Operators, values: readonly Value[]): Value {
  if (values.length > 2 && values.every(isFloat)) return o.sum(values);
  return values.reduce((total, x) => o.add(total, x));
}

export const elementwise: Kernels = {
  Abs: ({ o }, { x }) => (x.dtype === 'bool' ? x : o.abs(x)),
  Acos: unary((o, x) => o.acos(x)),
  Acosh: unary((o, x) => o.acosh(x)),
  Asin: unary((o, x) => o.asin(x)),
  Asinh: unary((o, x) => o.asinh(x)),
  Atan: unary((o, x) => o.atan(x)),
  Atanh: unary((o, x) => o.atanh(x)),
  Cast: ({ o, refuse }, { x }, { dtype }) =>
    ['float32', 'int32', 'bool'].includes(dtype) ? o.cast(x, dtype) : refuse(`to ${String(dtype)}`),
  Ceil: unary((o, x) => o.ceil(x)),
  ClipByValue: clip,
  Cos: unary((o, x) => o.cos(x)),
  Cosh: unary((o, x) => o.cosh(x)),
  Elu: unary((o, x) => o.elu(x)),
  EluGrad: ({ o }, { dy, y }) => o.mul(dy, o.add(o.min(y, o.like(y, 0)), o.like(y, 1))),
  Erf: unary((o, x) => o.erf(x)),
  Exp: ({ o }, { x }) => o.exp(o.cast(x, 'float32')),
  Expm1: unary(expm1),
  Floor: unary((o, x) => o.floor(x)),
  Identity: (_, { x }) => x,
  IsFinite: ({ o }, { x }) => {
    const y = o.cast(x, 'float32');
    return o.not(o.or(o.isInf(y), o.isNaN(y)));
  },
  IsInf: ({ o }, { x }) => o.isInf(o.cast(x, 'float32')),
  IsNan: ({ o }, { x }) => o.isNaN(o.cast(x, 'float32')),
  LeakyRelu: ({ o }, { x }, { alpha }) => o.leakyRelu(o.cast(x, 'float32'), alpha),
  Log: unary((o, x) => o.log(x)),
  Log1p: unary(log1p),
  LogicalNot: ({ o }, { x }) => o.not(o.cast(x, 'bool')),
  Neg: ({ o }, { x }) => (x.dtype === 'bool' ? x : o.neg(x)),
  OnesLike: (_, { x }) => splat(1, x.dtype, x.shape),
  Reciprocal: unary((o, x) => o.reciprocal(x)),
  Relu: unary(relu),
  Relu6: unary(relu6),
  Round: unary((o, x) => o.round(x)),
  Rsqrt: unary((o, x) => o.reciprocal(o.sqrt(x))),
  Selu: unary(selu),
  Sigmoid: unary((o, x) => o.sigmoid(x)),
  Sign: unary((o, x) => o.sign(x)),
  Sin: unary((o, x) => o.sin(x)),
  Sinh: unary((o, x) => o.sinh(x)),
  Softplus: unary((o, x) => o.softplus(x)),
  Sqrt: unary((o, x) => o.sqrt(x)),
  Square: ({ o }, { x }) => o.mul(x, x),
  Step: step,
  Tan: unary((o, x) => o.tan(x)),
  Tanh: unary((o, x) => o.tanh(x)),
  ZerosLike: (_, { x }) => splat(0, x.dtype, x.shape),

  Add: arithmetic((o, a, b) => o.add(a, b)),
  AddN: ({ o }, inputs) => sumAll(o, Object.values(inputs)),
  Atan2: exact(atan2),
  BitwiseAnd: ({ o }, { a, b }) => o.bitwiseAnd(a, b),
  Equal: comparison((o, a, b) => o.equal(a, b)),
  FloorDiv: ({ o }, { a, b }) => o.cast(o.floor(o.div(o.cast(a, 'float64'), o.cast(b, 'float64'))), 'int32'),
  Greater: comparison((o, a, b) => o.greater(a, b)),
  GreaterEqual: comparison((o, a, b) => o.greaterOrEqual(a, b)),
  Less: comparison((o, a, b) => o.less(a, b)),
  LessEqual: comparison((o, a, b) => o.lessOrEqual(a, b)),
  LogicalAnd: logical((o, a, b) => o.and(a, b)),
  LogicalOr: logical((o, a, b) => o.or(a, b)),
  Maximum: arithmetic((o, a, b) => o.max(a, b)),
  Minimum: arithmetic((o, a, b) => o.min(a, b)),
  Mod: exact(mod),
  Multiply: arithmetic((o, a, b) => o.mul(a, b)),
  NotEqual: comparison((o, a, b) => o.not(o.equal(a, b))),
  Pow: power,
  Prelu: ({ o }, { x, alpha }) => prelu(o, o.cast(x, 'float32'), o.cast(alpha, 'float32')),
  RealDiv: exact((o, a, b) => o.div(a, b)),
  SquaredDifference: arithmetic((o, a, b) => {
    const difference = o.sub(a, b);
    return o.mul(difference, difference);
  }),
  Sub: arithmetic((o, a, b) => o.sub(a, b)),
};

/** scale·x at and above zero, scale·alpha·(exp(x) - 1) below. */
function selu(o: Operators, x: Value): Value {
  const scale = 1.0507009873554805;
  const alpha = 1.6732632423543772;
  const below = o.mul(o.elu(o.min(x, o.like(x, 0))), o.like(x, scale * alpha));
  return o.add(o.mul(o.relu(x), o.like(x, scale)), below);
}
