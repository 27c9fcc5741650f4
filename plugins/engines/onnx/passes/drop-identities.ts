import type { DType, Node, Shape, Value } from '../graph.js';
import { sameShape, splatOf } from '../graph.js';
import { rewrite, type Pass, type Rewriting } from './rewrite.js';

/** Removes operations that return what they are given, those that undo or repeat the one before them, and needless broadcasts. */
export const dropIdentities: Pass = {
  name: 'drop-identities',
  run: (graph) =>
    rewrite(graph, (node, rewriting) => {
      const value = replacement(node, rewriting) ?? unbroadcast(node, rewriting);
      return value && [value];
    }),
};

function replacement(node: Node, rewriting: Rewriting): Value | undefined {
  const [x, y] = node.inputs as readonly [Value, Value | undefined];
  const [result] = node.outputs as readonly [Value];
  const { o, producer } = rewriting;
  const before = producer(x);
  const same = (value: Value | undefined) => (value && sameShape(value.shape, result.shape) ? value : undefined);

  switch (node.op) {
    case 'Identity':
      return x;
    case 'Reshape':
      return reshaped(x, result.shape, rewriting, node);
    case 'Expand':
    case 'Tile':
      return same(x);
    case 'Concat':
      return node.inputs.length === 1 ? x : undefined;
    case 'Transpose':
      return transposed(node, rewriting);
    case 'Cast':
      if (x.dtype === result.dtype) return x;
      return before?.op === 'Cast' && holds(before.inputs[0]!.dtype, x.dtype)
        ? o.cast(before.inputs[0]!, result.dtype)
        : undefined;
    case 'Mul':
      return splatOf(y) === 1 ? same(x) : splatOf(x) === 1 ? same(y) : undefined;
    case 'Div':
      return splatOf(y) === 1 ? same(x) : undefined;
    case 'Add':
      return splatOf(y) === 0 ? same(x) : splatOf(x) === 0 ? same(y) : undefined;
    case 'Sub':
      return splatOf(y) === 0 ? same(x) : undefined;
    case 'Neg':
    case 'Not':
      return before?.op === node.op ? before.inputs[0] : undefined;
    default:
      return undefined;
  }
}

const broadcasting = new Set(['Add', 'Sub', 'Mul', 'Div', 'Greater', 'GreaterOrEqual', 'Less', 'LessOrEqual', 'Equal']);

/** An operand that a product with ones brought to the shape that the other operand has anyway. */
function unbroadcast(node: Node, { o, producer }: Rewriting): Value | undefined {
  const [result] = node.outputs;
  if (!broadcasting.has(node.op)) return undefined;
  const bare = (value: Value): Value => {
    const before = producer(value);
    if (before?.op !== 'Mul') return value;
    const [x, y] = before.inputs as readonly Value[];
    return splatOf(y) === 1 ? x : splatOf(x) === 1 ? y : value;
  };
  const [a, b] = node.inputs as readonly Value[];
  const left = sameShape(b.shape, result.shape) ? bare(a) : a;
  const right = sameShape(left.shape, result.shape) ? bare(b) : b;
  return left === a && right === b
    ? undefined
    : o.one(node.op, [left, right], result.shape, result.dtype, node.attributes);
}

/** Two transpositions are one; one that leaves the order of all axes longer than 1 is a reshape. */
function transposed(node: Node, rewriting: Rewriting): Value | undefined {
  const [x] = node.inputs as readonly [Value];
  const perm = node.attributes['perm'] as readonly number[];
  const before = rewriting.producer(x);
  if (before?.op === 'Transpose') {
    const first = before.attributes['perm'] as readonly number[];
    const both = perm.map((axis) => first[axis]);
    const source = before.inputs[0]!;
    return both.every((axis, i) => axis === i) ? source : rewriting.o.transpose(source, both);
  }
  const long = perm.filter((axis) => x.shape[axis] !== 1);
  const ordered = long.every((axis, i) => i === 0 || axis > long[i - 1]);
  return ordered ? reshaped(x, node.outputs[0].shape, rewriting) : undefined;
}

/** A reshape of what came before all reshapes; undefined if that is `existing` itself. */
function reshaped(x: Value, shape: Shape, { o, producer }: Rewriting, existing?: Node): Value | undefined {
  const before = producer(x);
  const source = before?.op === 'Reshape' ? before.inputs[0]! : x;
  if (sameShape(source.shape, shape)) return source;
  return existing && source === x ? undefined : o.reshape(source, shape);
}

/** Whether each value of type `a` can be told from the others in type `b`. */
function holds(a: DType, b: DType): boolean {
  const wider: Readonly<Record<DType, readonly DType[]>> = {
    bool: ['uint8', 'int32', 'int64', 'float32', 'float64'],
    uint8: ['int32', 'int64', 'float32', 'float64'],
    int32: ['int64', 'float64'],
    float32: ['float64'],
    int64: [],
    float64: [],
  };
  return wider[a].includes(b);
}
