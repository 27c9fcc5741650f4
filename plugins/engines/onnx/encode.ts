import type { Attribute, Constant, Graph, Node, Value } from './graph.js';
import { allocate, anyLength, elementsOf, exactly, isConstant, sizeOf } from './graph.js';
import { onnxType } from './operators.js';
import { expand } from './passes/expand.js';
import { message, type Message } from './protobuf.js';

/** The newest that every supported ONNX Runtime reads. */
const opset = 21;
const irVersion = 10;

/** The numbers that ONNX gives to kinds of attribute. */
const attributeType = { float: 1, int: 2, string: 3, graph: 5, ints: 7 } as const;

/** Writes a graph as a serialized ONNX ModelProto. */
export function encode(graph: Graph, name = 'graph'): Uint8Array {
  return message()
    .int(1, irVersion)
    .string(2, 'twinspec')
    .message(7, encodeGraph(graph, name))
    .message(8, message().string(1, '').int(2, opset))
    .bytes();
}

/** A graph within another sees the values of that one. */
function encodeGraph(compound: Graph, name: string, outside: ReadonlyMap<Value, string> = new Map()): Message {
  const graph = expand.run(compound);
  const { names, nameOf, constants } = naming(graph, outside);
  const result = message();
  for (const node of graph.nodes) result.message(1, encodeNode(node, nameOf, names));
  // A name can stand for one thing only, so what comes in or is constant goes out through an Identity.
  for (const [key, value] of graph.outputs) {
    const inner = nameOf(value);
    if (inner !== key) result.message(1, message().string(1, inner).string(2, key).string(4, 'Identity'));
  }
  result.string(2, name);
  for (const [value, key] of constants) result.message(5, encodeTensor(value, key));
  for (const [key, value] of graph.inputs) result.message(11, encodeInfo(key, value));
  for (const [key, value] of graph.outputs) result.message(12, encodeInfo(key, value));
  return result;
}

/** Gives every value a name: inputs and outputs their own, equal constants the same. */
function naming(graph: Graph, outside: ReadonlyMap<Value, string>) {
  const names = new Map(outside);
  const constants = new Map<Constant, string>();
  const shared = new Map<string, string>();
  for (const [name, value] of graph.inputs) names.set(value, name);
  const computed = new Set(graph.nodes.flatMap((node) => node.outputs));
  for (const [name, value] of graph.outputs) if (computed.has(value) && !names.has(value)) names.set(value, name);

  function nameOf(value: Value): string {
    const known = names.get(value);
    if (known !== undefined) return known;
    const content =
      isConstant(value) && value.data.length <= 64 ? `${value.dtype}[${value.shape.join()}]${exactly(value.data)}` : '';
    const name = shared.get(content) ?? `:${names.size}`;
    names.set(value, name);
    if (isConstant(value) && !(content && shared.has(content))) constants.set(value, name);
    if (content) shared.set(content, name);
    return name;
  }

  for (const node of graph.nodes) for (const x of [...node.inputs, ...node.outputs]) if (x) nameOf(x);
  for (const value of graph.outputs.values()) nameOf(value);
  return { names, nameOf, constants };
}

function encodeNode(node: Node, nameOf: (value: Value) => string, names: ReadonlyMap<Value, string>): Message {
  const result = message();
  for (const input of node.inputs) result.string(1, input ? nameOf(input) : '');
  for (const output of node.outputs) result.string(2, nameOf(output));
  result.string(4, node.op);
  for (const [name, value] of Object.entries(node.attributes)) result.message(5, encodeAttribute(name, value, names));
  return result;
}

function encodeAttribute(name: string, value: Attribute, names: ReadonlyMap<Value, string>): Message {
  const result = message().string(1, name);
  if (typeof value === 'string') return result.string(4, value).int(20, attributeType.string);
  if (typeof value === 'number') return result.int(3, value).int(20, attributeType.int);
  if ('float' in value) return result.float(2, value.float).int(20, attributeType.float);
  if ('graph' in value) return result.message(6, encodeGraph(value.graph, name, names)).int(20, attributeType.graph);
  if ('windows' in value) throw new Error(`${name} belongs to a compound operator`);
  for (const element of value) result.int(8, element);
  return result.int(20, attributeType.ints);
}

function encodeTensor(value: Constant, name: string): Message {
  const data = sizeOf(value.shape) === 0 ? allocate(value.dtype, 0) : elementsOf(value);
  const result = message();
  for (const length of value.shape) result.int(1, length);
  return result
    .int(2, onnxType[value.dtype])
    .string(8, name)
    .raw(9, new Uint8Array(data.buffer, data.byteOffset, data.byteLength));
}

function encodeInfo(name: string, { shape, dtype }: Value): Message {
  const dimensions = message();
  for (const length of shape) {
    dimensions.message(1, length === anyLength ? message().string(2, 'n') : message().int(1, length));
  }
  const tensor = message().int(1, onnxType[dtype]).message(2, dimensions);
  return message().string(1, name).message(2, message().message(1, tensor));
}
