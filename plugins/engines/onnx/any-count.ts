import {
  anyLength,
  isConstant,
  sameShape,
  type Constant,
  type Graph,
  type Node,
  type Shape,
  type Value,
} from './graph.js';
import { expand } from './passes/expand.js';

/**
 * Two graphs of one program, for different counts, as one graph for any count; null where they differ in more than lengths
 * that follow from it, and one number of what a Reshape makes.
 */
export function anyCount(one: Graph, other: Graph): Graph | null {
  const [a, b] = [expand.run(one), expand.run(other)];
  const merged = new Map<Value, Value>();
  const partners = new Map<Value, Value>();

  /** A value of both graphs: an input, or what an earlier node computes. */
  function known(x: Value, y: Value | undefined): Value | null {
    if (isConstant(x)) return sameConstant(x, y) ? x : null;
    return partners.get(x) === y ? (merged.get(x) ?? null) : null;
  }
  function added(x: Value, y: Value | undefined): Value | null {
    if (y === undefined || x.dtype !== y.dtype || x.shape.length !== y.shape.length) return null;
    const value = { shape: mergedShape(x.shape, y.shape), dtype: x.dtype };
    merged.set(x, value);
    partners.set(x, y);
    return value;
  }
  function operand(x: Value | undefined, y: Value | undefined): Value | undefined | null {
    if (x === undefined) return y === undefined ? undefined : null;
    return known(x, y);
  }
  function mergedNode(node: Node, { op, inputs, outputs, attributes }: Node): Node | null {
    if (node.op !== op || JSON.stringify(node.attributes) !== JSON.stringify(attributes)) return null;
    const operands = zipped(node.inputs, inputs, (x, y, index) =>
      op === 'Reshape' && index === 1 ? target(x, y) : operand(x, y),
    );
    const results = zipped(node.outputs, outputs, added);
    return operands && results && { ...node, inputs: operands, outputs: results };
  }

  const inputs = zippedMap(a.inputs, b.inputs, added);
  const nodes = inputs && zipped(a.nodes, b.nodes, mergedNode);
  const outputs = nodes && zippedMap(a.outputs, b.outputs, known);
  if (!outputs) return null;
  const ends = [...inputs.values(), ...outputs.values()];
  return ends.every(({ shape }) => !shape.includes(anyLength, 1)) ? { inputs, outputs, nodes } : null;
}

const mergedShape = (a: Shape, b: Shape): Shape => a.map((length, axis) => (length === b[axis] ? length : anyLength));

function sameConstant(x: Constant, y: Value | undefined): boolean {
  return isConstant(y) && x.dtype === y.dtype && sameShape(x.shape, y.shape) && sameData(x, y);
}

function sameData({ data }: Constant, { data: other }: Constant): boolean {
  return (
    data === other || (data.length === other.length && data.every((element, index) => Object.is(element, other[index])))
  );
}

/** What a Reshape makes: −1 where the lengths differ, which may be in one place. */
function target(x: Value | undefined, y: Value | undefined): Constant | null {
  if (!isConstant(x) || !isConstant(y) || x.data.length !== y.data.length) return null;
  const differing = [...x.data].flatMap((length, axis) => (length === y.data[axis] ? [] : [axis]));
  if (differing.length === 0) return x;
  if (differing.length > 1) return null;
  return { ...x, data: (x.data as BigInt64Array).with(differing[0], -1n) };
}

/** Two lists of a length, element by element; null where a pair gives null. */
function zipped<T, U>(
  a: readonly T[],
  b: readonly T[],
  f: (x: T, y: T, index: number) => U | null,
): Exclude<U, null>[] | null {
  if (a.length !== b.length) return null;
  const results: Exclude<U, null>[] = [];
  for (const [index, x] of a.entries()) {
    const result = f(x, b[index], index);
    if (result === null) return null;
    results.push(result as Exclude<U, null>);
  }
  return results;
}

function zippedMap(
  a: ReadonlyMap<string, Value>,
  b: ReadonlyMap<string, Value>,
  f: (x: Value, y: Value | undefined) => Value | null,
): Map<string, Value> | null {
  const values = a.size === b.size ? zipped([...a], [...a], ([name, value]) => f(value, b.get(name))) : null;
  return values && new Map([...a.keys()].map((name, index) => [name, values[index]] as const));
}
