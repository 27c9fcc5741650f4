import type { Attribute, DType, Graph, Shape, Value } from './graph.js';
import { broadcast, constant, sameShape, sizeOf, splat } from './graph.js';

type Attributes = Readonly<Record<string, Attribute>>;

/**
 * The ONNX operators that lowerings use, each appending a node to `graph` and returning its result with its static shape.
 * Names and semantics are those of the ONNX specification, opset 21.
 */
export function operators(graph: Graph) {
  function emit(
    op: string,
    inputs: readonly (Value | undefined)[],
    results: readonly Value[],
    attributes: Attributes = {},
  ): readonly Value[] {
    graph.nodes.push({ op, inputs, outputs: results, attributes });
    return results;
  }

  function one(
    op: string,
    inputs: readonly (Value | undefined)[],
    shape: Shape,
    dtype: DType,
    attributes?: Attributes,
  ) {
    const result: Value = { shape, dtype };
    emit(op, inputs, [result], attributes);
    return result;
  }

  const ints = (values: readonly number[]): Value => constant(values, 'int64');

  // Zero in an ONNX shape means "as before" unless told otherwise.
  const reshape = (x: Value, shape: Shape): Value =>
    one('Reshape', [x, ints(shape)], shape, x.dtype, shape.includes(0) ? { allowzero: 1 } : {});

  const unary =
    (op: string, attributes?: Attributes) =>
    (x: Value): Value =>
      one(op, [x], x.shape, x.dtype, attributes);

  const test =
    (op: string) =>
    (x: Value): Value =>
      one(op, [x], x.shape, 'bool');

  /** A constant that repeats one number broadcasts as well from a scalar, unless it gives the result its shape. */
  const shrink = (value: Value, shape: Shape, others: readonly Value[]): Value =>
    value.data?.length === 1 && value.shape.length > 0 && sameShape(broadcast(...others.map((x) => x.shape)), shape)
      ? { shape: [], dtype: value.dtype, data: value.data }
      : value;

  function elementwise(op: string, inputs: readonly Value[], dtype: DType, attributes?: Attributes): Value {
    const shape = broadcast(...inputs.map((x) => x.shape));
    const operands = [...inputs];
    operands.forEach((x, i) => {
      operands[i] = shrink(
        x,
        shape,
        operands.filter((_, j) => j !== i),
      );
    });
    return one(op, operands, shape, dtype, attributes);
  }

  const binary =
    (op: string, attributes?: Attributes) =>
    (a: Value, b: Value): Value =>
      elementwise(op, [a, b], a.dtype, attributes);

  const compare =
    (op: string) =>
    (a: Value, b: Value): Value =>
      elementwise(op, [a, b], 'bool');

  const reduce =
    (op: string) =>
    (x: Value, axes: readonly number[], keepDims = false): Value => {
      if (axes.length === 0) return x;
      const shape = keepDims
        ? x.shape.map((length, axis) => (axes.includes(axis) ? 1 : length))
        : x.shape.filter((_, axis) => !axes.includes(axis));
      return one(op, [x, ints(axes)], shape, x.dtype, { keepdims: keepDims ? 1 : 0 });
    };

  const argument =
    (op: string) =>
    (x: Value, axis: number): Value =>
      one(
        op,
        [x],
        x.shape.filter((_, i) => i !== axis),
        'int64',
        { axis, keepdims: 0 },
      );

  const like = (x: Value, value: number): Value => splat(value, x.dtype);

  return {
    emit,
    one,
    ints,
    like,

    abs: unary('Abs'),
    acos: unary('Acos'),
    acosh: unary('Acosh'),
    asin: unary('Asin'),
    asinh: unary('Asinh'),
    atan: unary('Atan'),
    atanh: unary('Atanh'),
    ceil: unary('Ceil'),
    cos: unary('Cos'),
    cosh: unary('Cosh'),
    elu: unary('Elu'),
    erf: unary('Erf'),
    exp: unary('Exp'),
    floor: unary('Floor'),
    log: unary('Log'),
    neg: unary('Neg'),
    not: unary('Not'),
    reciprocal: unary('Reciprocal'),
    relu: unary('Relu'),
    round: unary('Round'),
    sigmoid: unary('Sigmoid'),
    sign: unary('Sign'),
    sin: unary('Sin'),
    sinh: unary('Sinh'),
    softplus: unary('Softplus'),
    sqrt: unary('Sqrt'),
    tan: unary('Tan'),
    tanh: unary('Tanh'),
    identity: unary('Identity'),
    isInf: test('IsInf'),
    isNaN: test('IsNaN'),
    leakyRelu: (x: Value, alpha: number): Value => one('LeakyRelu', [x], x.shape, x.dtype, { alpha: { float: alpha } }),

    add: binary('Add'),
    sub: binary('Sub'),
    mul: binary('Mul'),
    div: binary('Div'),
    pow: binary('Pow'),
    max: binary('Max'),
    min: binary('Min'),
    mod: binary('Mod', { fmod: 1 }),
    and: binary('And'),
    or: binary('Or'),
    bitwiseAnd: binary('BitwiseAnd'),
    equal: compare('Equal'),
    greater: compare('Greater'),
    greaterOrEqual: compare('GreaterOrEqual'),
    less: compare('Less'),
    lessOrEqual: compare('LessOrEqual'),
    where: (condition: Value, yes: Value, no: Value): Value => elementwise('Where', [condition, yes, no], yes.dtype),
    sum: (values: readonly Value[]): Value => elementwise('Sum', values, values[0].dtype),

    reduceSum: reduce('ReduceSum'),
    reduceMean: reduce('ReduceMean'),
    reduceMax: reduce('ReduceMax'),
    reduceMin: reduce('ReduceMin'),
    reduceProd: reduce('ReduceProd'),
    argMax: argument('ArgMax'),
    argMin: argument('ArgMin'),
    softmax: (x: Value, axis: number): Value => one('Softmax', [x], x.shape, x.dtype, { axis }),
    cumSum: (x: Value, axis: number, exclusive: boolean, reverse: boolean): Value =>
      one('CumSum', [x, constant([axis], 'int64', [])], x.shape, x.dtype, {
        exclusive: exclusive ? 1 : 0,
        reverse: reverse ? 1 : 0,
      }),
    /** `[values, int64 indices]` of the `k` largest along the last axis, largest first. */
    topK: (x: Value, k: number): readonly Value[] => {
      const shape = [...x.shape.slice(0, -1), k];
      return emit(
        'TopK',
        [x, ints([k])],
        [
          { shape, dtype: x.dtype },
          { shape, dtype: 'int64' },
        ],
        { axis: -1 },
      );
    },

    /** `[m,k] · [k,n]`, each operand optionally given transposed, plus an optional `[n]` or `[m,n]` term. */
    gemm: (a: Value, b: Value, transA = false, transB = false, c?: Value): Value =>
      one('Gemm', c ? [a, b, c] : [a, b], [a.shape[transA ? 1 : 0], b.shape[transB ? 0 : 1]], a.dtype, {
        transA: transA ? 1 : 0,
        transB: transB ? 1 : 0,
      }),
    /** `[..., m, k] · [..., k, n]`, leading axes broadcast. */
    matMul: (a: Value, b: Value): Value =>
      one(
        'MatMul',
        [a, b],
        [...broadcast(a.shape.slice(0, -2), b.shape.slice(0, -2)), a.shape.at(-2)!, b.shape.at(-1)!],
        a.dtype,
      ),
    einsum: (inputs: readonly Value[], equation: string, shape: Shape): Value =>
      one('Einsum', inputs, shape, inputs[0].dtype, { equation }),
    conv: (x: Value, filter: Value, shape: Shape, attributes: Attributes): Value =>
      one('Conv', [x, filter], shape, x.dtype, attributes),
    convTranspose: (x: Value, filter: Value, shape: Shape, attributes: Attributes): Value =>
      one('ConvTranspose', [x, filter], shape, x.dtype, attributes),
    maxPool: (x: Value, shape: Shape, attributes: Attributes): Value => one('MaxPool', [x], shape, x.dtype, attributes),
    averagePool: (x: Value, shape: Shape, attributes: Attributes): Value =>
      one('AveragePool', [x], shape, x.dtype, attributes),
    col2Im: (x: Value, imageShape: readonly number[], blockShape: readonly number[], attributes: Attributes): Value =>
      one(
        'Col2Im',
        [x, ints(imageShape), ints(blockShape)],
        [x.shape[0], x.shape[1] / sizeOf(blockShape), ...imageShape],
        x.dtype,
        attributes,
      ),

    cast: (x: Value, dtype: DType): Value =>
      x.dtype === dtype ? x : one('Cast', [x], x.shape, dtype, { to: onnxType[dtype] }),
    reshape,
    transpose: (x: Value, perm: readonly number[]): Value =>
      one(
        'Transpose',
        [x],
        perm.map((axis) => x.shape[axis]),
        x.dtype,
        { perm },
      ),
    concat: (values: readonly Value[], axis: number): Value => {
      const shape = [...values[0].shape];
      shape[axis] = values.reduce((length, x) => length + x.shape[axis], 0);
      return one('Concat', values, shape, values[0].dtype, { axis });
    },
    split: (x: Value, sizes: readonly number[], axis: number): readonly Value[] =>
      emit(
        'Split',
        [x, ints(sizes)],
        sizes.map((size) => ({ shape: x.shape.map((length, i) => (i === axis ? size : length)), dtype: x.dtype })),
        { axis },
      ),
    expand: (x: Value, shape: Shape): Value =>
      sameShape(x.shape, shape) ? x : one('Expand', [x, ints(shape)], shape, x.dtype),
    tile: (x: Value, repeats: readonly number[]): Value =>
      one(
        'Tile',
        [x, ints(repeats)],
        x.shape.map((length, axis) => length * repeats[axis]),
        x.dtype,
      ),
    pad: (x: Value, before: readonly number[], after: readonly number[], value = 0, mode = 'constant'): Value =>
      one(
        'Pad',
        [x, ints([...before, ...after]), mode === 'constant' ? like(x, value) : undefined],
        x.shape.map((length, axis) => before[axis] + length + after[axis]),
        x.dtype,
        { mode },
      ),
    /** `count[axis]` elements from `begin[axis]`, `step[axis]` apart (negative: backwards). */
    slice: (x: Value, begin: readonly number[], count: readonly number[], step = begin.map(() => 1)): Value => {
      const axes = begin
        .map((_, axis) => axis)
        .filter((axis) => begin[axis] !== 0 || count[axis] !== x.shape[axis] || step[axis] !== 1);
      if (axes.length === 0) return x;
      const end = axes.map((axis) => {
        const last = begin[axis] + count[axis] * step[axis];
        return last < 0 ? Number.MIN_SAFE_INTEGER : last;
      });
      return one(
        'Slice',
        [x, ints(axes.map((axis) => begin[axis])), ints(end), ints(axes), ints(axes.map((axis) => step[axis]))],
        count,
        x.dtype,
      );
    },
    gather: (x: Value, indices: Value, axis: number): Value =>
      one('Gather', [x, indices], [...x.shape.slice(0, axis), ...indices.shape, ...x.shape.slice(axis + 1)], x.dtype, {
        axis,
      }),
    gatherND: (x: Value, indices: Value, batchDims = 0): Value =>
      one(
        'GatherND',
        [x, indices],
        [...indices.shape.slice(0, -1), ...x.shape.slice(batchDims + indices.shape.at(-1)!)],
        x.dtype,
        { batch_dims: batchDims },
      ),
    scatterND: (x: Value, indices: Value, updates: Value, reduction: 'none' | 'add'): Value =>
      one('ScatterND', [x, indices, updates], x.shape, x.dtype, { reduction }),
    oneHot: (indices: Value, depth: number, off: number, on: number, dtype: DType): Value =>
      one(
        'OneHot',
        [indices, constant([depth], 'int64', []), constant([off, on], dtype)],
        [...indices.shape, depth],
        dtype,
        { axis: -1 },
      ),
  };
}

export type Operators = ReturnType<typeof operators>;

/** The numbers that ONNX gives to element types. */
export const onnxType: Readonly<Record<DType, number>> = {
  float32: 1,
  uint8: 2,
  int32: 6,
  int64: 7,
  bool: 9,
  float64: 11,
};
