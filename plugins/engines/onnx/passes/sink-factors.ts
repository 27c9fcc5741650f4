import type { Graph, Node, Value } from '../graph.js';
import { splatOf } from '../graph.js';
import type { Pass } from './rewrite.js';
import { scaling } from './scaling.js';

/**
 * Lets matrix products do the multiplications by positive numbers before them, also through operators that a factor may
 * pass. A multiplication goes only if all that it leads to can take its factor; so none is added.
 */
export const sinkFactors: Pass = {
  name: 'sink-factors',
  run(graph) {
    const unable = new Set<Node>();
    for (;;) {
      const known = unable.size;
      const result = withFactorsSunk(graph, unable);
      if (unable.size === known) return result;
    }
  },
};

/** The graph with factors sunk into all that takes them but the nodes `unable` to, to which it adds those it finds so. */
function withFactorsSunk(graph: Graph, unable: Set<Node>): Graph {
  const takesAnyFactor = thatTakeFactors(graph, unable);
  const nodes: Node[] = [];
  const scaled = new Map<Value, Scaled>();
  const scaledOf = (value: Value): Scaled => scaled.get(value) ?? { x: value, factor: 1 };

  for (const node of graph.nodes) {
    const taken: Taken | undefined = takesAnyFactor(node) ? withoutFactors(node, scaledOf) : { node };
    if (!taken) unable.add(node);
    if (taken?.node) nodes.push(taken.node);
    for (const [output, result] of taken?.results ?? []) scaled.set(output, result);
  }
  return { ...graph, nodes };
}

/** Stands for factor · x. */
interface Scaled {
  readonly x: Value;
  readonly factor: number;
}

interface Taken {
  /** What computes the result but for its factor; undefined where nothing needs to be computed. */
  readonly node?: Node;
  readonly results?: readonly (readonly [Value, Scaled])[];
}

const passing = new Set(['Concat', 'Gather', 'Mul', 'Neg', 'Relu', 'Reshape', 'Slice', 'Split', 'Transpose']);

/** The node over operands without their factors; undefined if it cannot be. */
function withoutFactors(node: Node, scaledOf: (value: Value) => Scaled): Taken | undefined {
  const number = numberOf(node);
  if (number) {
    const { x, factor } = scaledOf(number.x);
    const both = factor * number.factor;
    return isModerate(both) ? { results: [[node.outputs[0], { x, factor: both }]] } : undefined;
  }
  const operands = node.inputs.map((input) => input && scaledOf(input));
  const factors = operands.map((operand) => operand?.factor ?? 1);
  const bare = { ...node, inputs: operands.map((operand) => operand?.x) };
  const withFactor = (factor: number): Taken => ({
    node: bare,
    results: node.outputs.map((x) => [x, { x, factor }]),
  });
  const product = factors.slice(0, 2).reduce((product, factor) => product * factor, 1);
  switch (node.op) {
    case 'Gemm': {
      const alpha = (node.attributes['alpha'] as { float: number } | undefined)?.float ?? 1;
      const attributes = { ...node.attributes, alpha: { float: alpha * product } };
      return product === 1 ? { node: bare } : { node: { ...bare, attributes } };
    }
    case 'Mul':
      return isModerate(product) ? withFactor(product) : undefined;
    case 'Concat':
      return factors.every((factor) => factor === factors[0]) ? withFactor(factors[0]) : undefined;
    case 'Greater':
      return { node: bare };
    default:
      return withFactor(factors[0]);
  }
}

/** Tells of a node whether its operands may lack their factors, for all that uses its result can take the factor instead. */
function thatTakeFactors(graph: Graph, unable: ReadonlySet<Node>): (node: Node) => boolean {
  const refusing = new Set<Value>(graph.outputs.values());
  const accepts = (node: Node): boolean => {
    if (unable.has(node)) return false;
    if (node.outputs[0].dtype === 'bool') return node.op === 'Greater' && splatOf(node.inputs[1]) === 0;
    if (node.outputs[0].dtype !== 'float32') return false;
    if (node.op === 'Gemm') return true;
    return passing.has(node.op) && !node.outputs.some((output) => refusing.has(output));
  };
  for (const node of [...graph.nodes].reverse()) {
    const refused = accepts(node) ? (node.op === 'Gemm' ? node.inputs.slice(2) : []) : node.inputs;
    for (const input of refused) if (input) refusing.add(input);
  }
  return accepts;
}

/** Far from where float32 overflows, so that products without their factors do not either. */
const isModerate = (factor: number): boolean => factor >= 2 ** -12 && factor <= 2 ** 12;

function numberOf(node: Node): Scaled | undefined {
  const found = node.op === 'Neg' ? undefined : scaling(node);
  return found && isModerate(found.factor) ? found : undefined;
}
