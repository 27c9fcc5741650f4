import type { Graph, Node, Shape, Value } from './graph.js';
import { emptyGraph, exactly, isConstant, sameShape, sizeOf } from './graph.js';
import { operators, type Operators } from './operators.js';

/** What is carried as one tensor between the steps of a loop, though it goes in and comes out as several. */
export interface Pack {
  /** Names of what takes their place in the graph of a step. */
  readonly input: string;
  readonly output: string;
  readonly members: readonly Carried[];
}

export interface Carried {
  readonly input: string;
  readonly output: string;
  readonly from: Value;
  readonly to: Value;
}

export interface PackedStep {
  readonly graph: Graph;
  /** Names of inputs and of the outputs that replace them. */
  readonly carried: ReadonlyMap<string, string>;
  readonly packs: readonly Pack[];
}

/** Numbers in a tensor beyond which a node costs what its numbers cost. */
const small = 2 ** 15;

const elementwise = new Set(
  'Abs Add Cast Div Equal Exp Greater GreaterOrEqual Less LessOrEqual Log Max Min Mul Neg Pow Reciprocal Relu Sign Sqrt Sub Sum Tanh Where'.split(
    ' ',
  ),
);

/**
 * Updates small tensors that are updated alike, such as biases and small kernels and what the optimizer remembers of
 * them, as one tensor: the same numbers in fewer nodes. Nothing changes where that saves none.
 */
export function packUpdates(graph: Graph, carried: ReadonlyMap<string, string>): PackedStep {
  const updates = updatesOf(graph);
  const packs = groups(graph, carried, updates).map((families, group) =>
    families[0].map((_, role): Pack => {
      const members = families.map((family) => family[role]);
      return { input: `packed:${group}/${role}`, output: `packed next:${group}/${role}`, members };
    }),
  );
  const packed = packs.length > 0 && withPacks(graph, packs, updates);
  if (!packed) return { graph, carried, packs: [] };
  const all = packs.flat();
  const members = new Set(all.flatMap((pack) => pack.members.map(({ input }) => input)));
  const rest = [...carried].filter(([input]) => !members.has(input));
  return {
    graph: packed,
    carried: new Map([...rest, ...all.map(({ input, output }) => [input, output] as const)]),
    packs: all,
  };
}

/** A loop over a packed step that takes and returns the members of the packs. */
export function unpacked(loop: Graph, packs: readonly Pack[]): Graph {
  if (packs.length === 0) return loop;
  const [inputs, outputs] = [new Map(loop.inputs), new Map(loop.outputs)];
  const [before, after] = [emptyGraph(), emptyGraph()];
  for (const { input, output, members } of packs) {
    const from = loop.inputs.get(input)!;
    const to = loop.outputs.get(output)!;
    inputs.delete(input);
    outputs.delete(output);
    const values = members.map((member): Value => ({ shape: member.from.shape, dtype: 'float32' }));
    members.forEach((member, index) => inputs.set(member.input, values[index]));
    before.nodes.push(...joined(values, from));
    const parts = partsOf(after, to, shapesOf(members));
    members.forEach((member, index) => outputs.set(member.output, parts[index]));
  }
  return { inputs, outputs, nodes: [...before.nodes, ...loop.nodes, ...after.nodes] };
}

/** How carried tensors come from what the rest of a step computes. */
interface Updates {
  /** The node that computes a value number by number from values of its shape and from single numbers. */
  readonly nodeOf: (value: Value) => Node | undefined;
  /** Equal for values that are computed alike. */
  readonly signature: (value: Value) => string;
}

function updatesOf(graph: Graph): Updates {
  const producers = new Map(graph.nodes.flatMap((node) => node.outputs.map((output) => [output, node] as const)));
  const ids = new Map<unknown, number>();
  const id = (what: unknown): number => {
    const known = ids.get(what) ?? ids.size;
    ids.set(what, known);
    return known;
  };
  const signatures = new Map<Value, string>();

  const nodeOf = (value: Value): Node | undefined => {
    const node = producers.get(value);
    const fits = (input: Value | undefined) =>
      input !== undefined && (isSingle(input) || sameShape(input.shape, value.shape));
    const isSpread = node?.inputs.every((input) => input && isSingle(input));
    return node && elementwise.has(node.op) && node.inputs.every(fits) && !isSpread ? node : undefined;
  };
  const signature = (value: Value): string => {
    const known = signatures.get(value);
    if (known !== undefined) return known;
    const found = described(value);
    signatures.set(value, found);
    return found;
  };
  const described = (value: Value): string => {
    if (isSingle(value)) return isConstant(value) ? `${value.dtype} ${exactly(value.data)}` : `#${id(value)}`;
    const node = nodeOf(value);
    if (!node) return value.dtype;
    const text = `${node.op}${JSON.stringify(node.attributes)}(${node.inputs.map((x) => signature(x!)).join()})`;
    return `${value.dtype} of ${id(text)}`;
  };
  return { nodeOf, signature };
}

/** A constant of one element may stand for many, and is a single number then, too. */
const isSingle = (value: Value): boolean => (isConstant(value) ? value.data.length : sizeOf(value.shape)) === 1;

/** What is carried of one place: a weight and its slots, which are updated from one another. */
type Family = readonly Carried[];

/** Families that are updated alike, where packing them saves nodes. */
function groups(graph: Graph, carried: ReadonlyMap<string, string>, { nodeOf, signature }: Updates): Family[][] {
  const tensors = [...carried]
    .map(([input, output]) => ({
      input,
      output,
      from: graph.inputs.get(input),
      to: graph.outputs.get(output)!,
    }))
    .filter((tensor): tensor is Carried => {
      const { from, to } = tensor;
      if (from === undefined) return false;
      const size = sizeOf(from.shape);
      return size > 1 && size <= small && sameShape(from.shape, to.shape) && nodeOf(to) !== undefined;
    });
  const byInput = new Map(tensors.map((tensor) => [tensor.from, tensor]));
  const familyOf = new Map<Carried, Carried[]>(tensors.map((tensor) => [tensor, [tensor]]));
  const nodesOf = new Map<Carried, ReadonlySet<Node>>();
  for (const tensor of tensors) {
    const { nodes, values } = closure(tensor.to, nodeOf);
    nodesOf.set(tensor, nodes);
    for (const value of values) merge(familyOf, tensor, byInput.get(value));
  }

  const alike = new Map<string, Family[]>();
  for (const family of new Set(familyOf.values())) {
    const ordered = tensors.filter((tensor) => family.includes(tensor));
    const key = ordered.map(({ to }) => signature(to)).join(';');
    alike.set(key, [...(alike.get(key) ?? []), ordered]);
  }
  return [...alike.values()].filter((families) => {
    const nodes = new Set(families[0].flatMap((tensor) => [...nodesOf.get(tensor)!]));
    // A pack is put together of reshaped members, and split into members that are reshaped.
    return (families.length - 1) * nodes.size > 3 * families.length + 2;
  });
}

function merge(familyOf: Map<Carried, Carried[]>, a: Carried, b: Carried | undefined): void {
  const family = familyOf.get(a)!;
  const other = b && familyOf.get(b)!;
  if (!other || other === family) return;
  family.push(...other);
  for (const tensor of other) familyOf.set(tensor, family);
}

/** Everything that a value is computed from, number by number. */
function closure(value: Value, nodeOf: Updates['nodeOf']): { nodes: Set<Node>; values: Set<Value> } {
  const nodes = new Set<Node>();
  const values = new Set<Value>();
  const visit = (current: Value): void => {
    if (values.has(current)) return;
    values.add(current);
    const node = nodeOf(current);
    if (!node) return;
    nodes.add(node);
    for (const input of node.inputs) if (!isSingle(input!)) visit(input!);
  };
  visit(value);
  return { nodes, values };
}

/** The step with packs instead of their members; undefined if what is packed depends on itself then. */
function withPacks(graph: Graph, packs: readonly (readonly Pack[])[], { nodeOf }: Updates): Graph | undefined {
  const added = emptyGraph();
  const o = operators(added);
  const replaced = new Map<Value, Value>();
  const sums = new Map<Node, Node>();
  const [inputs, outputs] = [new Map(graph.inputs), new Map(graph.outputs)];

  for (const roles of packs) {
    const tupleKeys = new Map<Value, number>();
    const keyOf = (tuple: readonly Value[]) =>
      tuple.map((value) => tupleKeys.get(value) ?? (tupleKeys.set(value, tupleKeys.size), tupleKeys.size - 1)).join();
    const known = new Map<string, Value>();

    for (const { input, members } of roles) {
      const value: Value = { shape: [totalOf(members)], dtype: 'float32' };
      members.forEach((member) => inputs.delete(member.input));
      inputs.set(input, value);
      known.set(keyOf(members.map(({ from }) => from)), value);
      const parts = partsOf(added, value, shapesOf(members));
      members.forEach(({ from }, index) => replaced.set(from, parts[index]));
    }

    /** The values of the members one after the other. */
    const packed = (tuple: readonly Value[]): Value => {
      if (isSingle(tuple[0])) return scalar(tuple[0], o);
      const key = keyOf(tuple);
      const existing = known.get(key);
      if (existing) return existing;
      const shape = [tuple.reduce((sum, value) => sum + sizeOf(value.shape), 0)];
      const nodes = tuple.map(nodeOf);
      const [node] = nodes;
      const result: Value = { shape, dtype: tuple[0].dtype };
      if (node) {
        const operands = node.inputs.map((_, index) => packed(nodes.map((each) => each!.inputs[index]!)));
        o.emit(node.op, operands, [result], node.attributes);
      } else added.nodes.push(...joined(tuple, result));
      known.set(key, result);
      return result;
    };

    for (const { output, members } of roles) {
      const to = members.map((member) => member.to);
      const value = packed(to);
      for (const member of members) outputs.delete(member.output);
      outputs.set(output, value);
      sumPack(graph, to, value, sums, o);
    }
  }
  const nodes = [...graph.nodes.map((node) => sums.get(node) ?? node), ...added.nodes].map((node) => ({
    ...node,
    inputs: node.inputs.map((input) => input && (replaced.get(input) ?? input)),
  }));
  for (const [name, value] of outputs) outputs.set(name, replaced.get(value) ?? value);
  const ordered = inOrder(nodes, outputs.values());
  return ordered && { inputs, outputs, nodes: ordered };
}

const shapesOf = (members: readonly Carried[]): Shape[] => members.map(({ from }) => from.shape);

const totalOf = (members: readonly Carried[]): number => members.reduce((sum, { from }) => sum + sizeOf(from.shape), 0);

/** The nodes that put values one after the other into `to`. */
function joined(values: readonly Value[], to: Value): Node[] {
  const graph = emptyGraph();
  const o = operators(graph);
  const flat = values.map((value) => (value.shape.length === 1 ? value : o.reshape(value, [sizeOf(value.shape)])));
  o.emit('Concat', flat, [to], { axis: 0 });
  return graph.nodes;
}

/** What `joined` put together. */
function partsOf(graph: Graph, from: Value, shapes: readonly Shape[]): Value[] {
  const o = operators(graph);
  const flat = o.split(from, shapes.map(sizeOf), 0);
  return flat.map((value, index) => (shapes[index].length === 1 ? value : o.reshape(value, shapes[index])));
}

/** A single number in a shape that broadcasts to a vector's. */
function scalar(value: Value, o: Operators): Value {
  if (isConstant(value)) return { ...value, shape: [] };
  return value.shape.length <= 1 ? value : o.reshape(value, []);
}

/** Where one sum takes in the sums of all members, lets it take in that of the pack. */
function sumPack(graph: Graph, members: readonly Value[], pack: Value, sums: Map<Node, Node>, o: Operators): void {
  const usersOf = (value: Value) => graph.nodes.filter(({ inputs }) => inputs.includes(value));
  const totals = members.map((member) => {
    const [total] = usersOf(member)
      .filter(({ op }) => op === 'ReduceSum')
      .map(({ outputs }) => outputs[0]);
    return total?.shape.length === 0 ? total : undefined;
  });
  const users = totals.map((total) => (total ? usersOf(total) : []));
  const [[sum]] = users;
  if (sum?.op !== 'Sum' || users.some((each) => each.length !== 1 || each[0] !== sum)) return;
  const isOnce = (total: Value | undefined) => sum.inputs.filter((input) => input === total).length === 1;
  if (new Set(totals).size < totals.length || !totals.every(isOnce)) return;
  const current = sums.get(sum) ?? sum;
  const others = current.inputs.filter((input) => !totals.includes(input));
  sums.set(sum, { ...current, inputs: [...others, o.reduceSum(pack, [0])] });
}

/** The nodes that values need, each after what it needs; undefined if one needs itself. Chains may be long: no recursion. */
function inOrder(nodes: readonly Node[], values: Iterable<Value>): Node[] | undefined {
  const producers = new Map(nodes.flatMap((node) => node.outputs.map((output) => [output, node] as const)));
  const producersOf = (needed: readonly (Value | undefined)[]) =>
    needed.flatMap((value) => (value && producers.get(value)) ?? []).reverse();
  const states = new Map<Node, 'open' | 'done'>();
  const ordered: Node[] = [];
  const stack = producersOf([...values]);
  for (let node = stack.at(-1); node; node = stack.at(-1)) {
    if (states.has(node)) {
      stack.pop();
      if (states.get(node) === 'open') ordered.push(node);
      states.set(node, 'done');
      continue;
    }
    states.set(node, 'open');
    const needed = producersOf(node.inputs).filter((each) => states.get(each) !== 'done');
    if (needed.some((each) => states.get(each) === 'open')) return undefined;
    stack.push(...needed);
  }
  return ordered;
}
