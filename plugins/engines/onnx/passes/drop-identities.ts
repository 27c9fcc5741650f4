import type { DType, Node, Value } from '../graph.js';
import { sameShape, splatOf } from '../graph.js';
import { rewrite, type Pass, type Rewriting } from './rewrite.js';

/** Removes operations that return what they are given, and those that undo or repeat the one before them. */
export const dropIdentities: Pass = {
  name: 'drop-identities',
  run: (graph) =>
    rewrite(graph, (node, rewriting) => {
      const value = replacement(node, rewriting);
      return value && [value];
    }),
};

function replacement(node: Node, { o, producer }: Rewriting): Value | undefined {
  const [x, y] = node.inputs as readonly [Value, Value | undefined];
  const [result] = node.outputs as readonly [Value];
  const before = producer(x);
  const same = (value: Value | undefined) => (value && sameShape(value.shape, result.shape) ? value : undefined);

  switch (node.op) {
    case 'Identity':
      return x;
    case 'Reshape':
    case 'Expand':
      if (sameShape(x.shape, result.shape)) return x;
      return node.op === 'Reshape' && before?.op === 'Reshape' ? o.reshape(before.inputs[0]!, result.shape) : undefined;
    case 'Tile':
      return same(x);
    case 'Concat':
      return node.inputs.length === 1 ? x : undefined;
    case 'Transpose':
      return transposed(node, { o, producer } as Rewriting);
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

/** Two transpositions are one; one that leaves the order of all axes longer than 1 is a reshape. */
function transposed(node: Node, { o, producer }: Rewriting): Value | undefined {
  const [x] = node.inputs as readonly [Value];
  const perm = node.attributes['perm'] as readonly number[];
  const before = producer(x);
  if (before?.op === 'Transpose') {
    const first = before.attributes['perm'] as readonly number[];
    return o.transpose(
      before.inputs[0]!,
      perm.map((axis) => first[axis]),
    );
  }
  const long = perm.filter((axis) => x.shape[axis] !== 1);
  const ordered = long.every((axis, i) => i === 0 || axis > long[i - 1]);
  if (!ordered) return undefined;
  const { shape } = node.outputs[0];
  return sameShape(shape, x.shape) ? x : o.reshape(x, shape);
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
