import type { HeldColumn, NoiseKind, Program, ProgramInput, Samples, Shape, TensorData, Tf } from 'twinspec/plugin';
import { createHash } from 'node:crypto';
import { sizeOf, TwinspecError } from 'twinspec/plugin';
import { encode } from './encode.js';
import type { Constant, DType, Graph, Value } from './graph.js';
import { anyCount } from './any-count.js';
import { packUpdates, unpacked } from './pack-updates.js';
import { scan } from './scan.js';
import { simplify } from './simplify.js';
import type { InputSpec } from './trace.js';
import { traceTwice } from './trace-twice.js';

/** One name space holds all inputs and outputs of a graph, so each family has its own prefix. */
export const names = {
  column: (name: string) => `samples:${name}`,
  carried: (place: string) => `carried:${place}`,
  input: (name: string) => `input:${name}`,
  noise: (name: string) => `noise:${name}`,
  next: (place: string) => `next:${place}`,
  output: (name: string) => `output:${name}`,
};

export interface Noise {
  readonly kind: NoiseKind;
  readonly shape: Shape;
}

export interface ProgramGraph {
  readonly graph: Graph;
  /** What the program draws, by name. */
  readonly noise: ReadonlyMap<string, Noise>;
  /** Whether one call runs any number of steps: see `scan`. */
  readonly loops: boolean;
}

/** Two counts that no other length is likely to be. */
const examples = [251, 257] as const;

/** Traces a program for any count; null where its graph depends on the count in other ways than by lengths. */
export function anyCountGraph(
  tf: Tf,
  program: Program,
  samples: Samples | null,
  constants: ReadonlyMap<string, Constant>,
): ProgramGraph | null {
  const [one, other] = examples.map((count) => traceProgram(tf, withCount(program, count), samples, constants).graph);
  const graph = anyCount(one, other);
  return graph && { graph, noise: new Map(), loops: false };
}

/** A program for any count, for this one. */
export function withCount(program: Program, count: number): Program {
  const inputs = mapObject(program.inputs, (input): ProgramInput =>
    input.kind === 'rows' ? { ...input, count } : { ...input, shape: [count, ...input.shape.slice(1)] },
  );
  return { ...program, inputs };
}

/** Traces a program. One that carries something on becomes a loop, so that a call can run several steps. */
export function programGraph(
  tf: Tf,
  program: Program,
  samples: Samples | null,
  constants: ReadonlyMap<string, Constant>,
): ProgramGraph {
  const { graph, noise } = traceProgram(tf, program, samples, constants);
  const carried = new Map(
    Object.keys(program.carried)
      .filter((place) => graph.outputs.has(names.next(place)))
      .map((place) => [names.carried(place), names.next(place)]),
  );
  if (carried.size === 0) return { graph, noise, loops: false };
  const fed = new Set([...Object.keys(program.inputs).map(names.input), ...[...noise.keys()].map(names.noise)]);
  const packed = packUpdates(graph, carried);
  const loop = scan(packed.graph, { carried: packed.carried, fed });
  return { graph: unpacked(loop, packed.packs), noise, loops: true };
}

/**
 * sha256, hexadecimal, of a program as it is written, before any pass; the same on every engine. Undefined where it uses
 * something that cannot be traced.
 */
export function tracedSha256(tf: Tf, program: Program, samples: Samples | null): string | undefined {
  try {
    const { graph } = recorded(tf, program, samples);
    return createHash('sha256').update(encode(graph, program.name)).digest('hex');
  } catch (error) {
    if (error instanceof TwinspecError && error.code === 'ENGINE_UNSUPPORTED') return undefined;
    throw error;
  }
}

function traceProgram(
  tf: Tf,
  program: Program,
  samples: Samples | null,
  constants: ReadonlyMap<string, Constant>,
): { graph: Graph; noise: Map<string, Noise> } {
  const { graph, noise } = recorded(tf, program, samples);
  return { graph: compiledIn(withoutCopies(graph), constants), noise };
}

function recorded(tf: Tf, program: Program, samples: Samples | null): { graph: Graph; noise: Map<string, Noise> } {
  const inputs: Record<string, InputSpec> = {};
  for (const [place, shape] of Object.entries(program.carried)) {
    inputs[names.carried(place)] = { shape, dtype: 'float32' };
  }
  for (const [name, input] of Object.entries(program.inputs)) inputs[names.input(name)] = inputSpec(input, samples);

  const noise = new Map<string, Noise>();
  const graph = traceTwice(tf, inputs, (tensors, addInput) => {
    const { carried, outputs } = program.body({
      carried: mapObject(program.carried, (_, place) => tensors[names.carried(place)]),
      inputs: mapObject(program.inputs, (_, name) => tensors[names.input(name)]),
      noise(name, kind, shape) {
        noise.set(name, { kind, shape });
        return addInput(names.noise(name), { shape, dtype: kind === 'bytes' ? 'uint8' : 'float32' });
      },
    });
    return {
      ...Object.fromEntries(Object.entries(carried).map(([place, tensor]) => [names.next(place), tensor])),
      ...Object.fromEntries(
        Object.entries(outputs).map(([name, tensor]) => [names.output(name), tf.cast(tensor, 'float32')]),
      ),
    };
  });
  return { graph, noise };
}

/** Numbers of the largest weight that is compiled in where it could be fed. */
const fewNumbers = 2 ** 18;
/** Operators to which a weight that is fed is as good as a constant. */
const takeFed = new Set(['Gemm', 'MatMul', 'Gather']);

/**
 * The graph in fewer nodes, with constants, by place, for carried tensors. Large ones that would only be held a second time
 * stay inputs.
 */
function compiledIn(graph: Graph, constants: ReadonlyMap<string, Constant>): Graph {
  const few = new Map([...constants].filter(([, { shape }]) => sizeOf(shape) <= fewNumbers));
  const simple = simplify(withConstants(graph, few));
  const elsewhere = new Set(simple.nodes.filter(({ op }) => !takeFed.has(op)).flatMap((node) => node.inputs));
  const isFed = (place: string) => !few.has(place) && !elsewhere.has(simple.inputs.get(names.carried(place)));
  const others = new Map([...constants].filter(([place]) => !isFed(place)));
  return others.size === few.size ? simple : simplify(withConstants(graph, others));
}

/** The graph with constants, by place, for carried tensors. */
function withConstants(graph: Graph, constants: ReadonlyMap<string, Constant>): Graph {
  const inputs = new Map(graph.inputs);
  const values = new Map<Value, Constant>();
  for (const [place, constant] of constants) {
    const input = inputs.get(names.carried(place));
    if (input) values.set(input, constant);
    inputs.delete(names.carried(place));
  }
  const current = <V extends Value | undefined>(value: V): V => (value && (values.get(value) as V)) ?? value;
  const nodes = graph.nodes.map((node) => ({ ...node, inputs: node.inputs.map(current) }));
  return { inputs, outputs: new Map([...graph.outputs].map(([name, value]) => [name, current(value)])), nodes };
}

/** What is carried on unchanged needs no output: it stays where it is. */
function withoutCopies(graph: Graph): Graph {
  const outputs = [...graph.outputs].filter(
    ([name, value]) => graph.inputs.get(name.replace(names.next(''), names.carried(''))) !== value,
  );
  return { ...graph, outputs: new Map(outputs) };
}

function inputSpec(input: ProgramInput, samples: Samples | null): InputSpec {
  if (input.kind === 'values') return { shape: input.shape, dtype: input.dtype };
  const { shape, data, scale = 1 } = samples![input.column] as HeldColumn;
  return {
    column: names.column(input.column),
    shape: [data.length / sizeOf(shape), ...shape],
    dtype: typeOf(data),
    scale: Math.fround(scale),
    count: input.count,
  };
}

export function typeOf(data: TensorData): DType & ('uint8' | 'int32' | 'float32') {
  if (data instanceof Uint8Array) return 'uint8';
  return data instanceof Int32Array ? 'int32' : 'float32';
}

const mapObject = <T, U>(object: Readonly<Record<string, T>>, f: (value: T, key: string) => U): Record<string, U> =>
  Object.fromEntries(Object.entries(object).map(([key, value]) => [key, f(value, key)]));
