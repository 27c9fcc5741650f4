import type {
  CompiledProgram,
  EngineSession,
  Feed,
  HostTensor,
  NoiseKind,
  Program,
  ProgramInput,
  Samples,
  Shape,
  TensorData,
  Tf,
} from 'twinspec/plugin';
import { sizeOf } from 'twinspec/plugin';
import { encode } from './encode.js';
import type { DType, Graph } from './graph.js';
import type { OrtTensor, Runtime, Session } from './runtime.js';
import { simplify } from './simplify.js';
import { traceTwice } from './trace-twice.js';
import type { InputSpec } from './trace.js';

/** One name space holds all inputs and outputs of a graph, so each family has its own prefix. */
const names = {
  samples: 'samples',
  carried: (place: string) => `carried:${place}`,
  input: (name: string) => `input:${name}`,
  noise: (name: string) => `noise:${name}`,
  next: (place: string) => `next:${place}`,
  output: (name: string) => `output:${name}`,
};

interface Noise {
  readonly kind: NoiseKind;
  readonly shape: Shape;
}

/** A session of the onnx engine: carried tensors stay with the runtime from run to run. */
export function openSession(tf: Tf, runtime: Runtime, threads: number, samples: Samples | null): EngineSession {
  const store = new Map<string, OrtTensor>();
  const sessions = new Set<Session>();
  const column = samples && sampleColumn(runtime, samples);

  const toHost = ({ dims, data }: OrtTensor): HostTensor => ({ shape: dims, data: (data as Float32Array).slice() });

  return {
    write(tensors) {
      for (const [place, { shape, data }] of Object.entries(tensors)) {
        store.set(place, runtime.tensor('float32', data.slice(), shape));
      }
    },
    read: (places = [...store.keys()]) =>
      Promise.resolve(Object.fromEntries(places.map((place) => [place, toHost(store.get(place)!)]))),
    async compile(program) {
      const { graph, noise } = traceProgram(tf, program, samples);
      const session = await runtime.session(encode(graph, program.name), { threads });
      sessions.add(session);
      return replay(runtime, session, graph, noise, program, store, column);
    },
    async dispose() {
      store.clear();
      for (const session of sessions) await session.dispose();
      sessions.clear();
    },
  };
}

function traceProgram(tf: Tf, program: Program, samples: Samples | null): { graph: Graph; noise: Map<string, Noise> } {
  const inputs: Record<string, InputSpec> = {};
  for (const [place, shape] of Object.entries(program.carried)) {
    inputs[names.carried(place)] = { shape, dtype: 'float32' };
  }
  for (const [name, input] of Object.entries(program.inputs)) inputs[names.input(name)] = inputSpec(input, samples);

  const noise = new Map<string, Noise>();
  const traced = traceTwice(tf, inputs, (tensors, addInput) => {
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
  return { graph: simplify(withoutCopies(traced)), noise };
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
  const { shape, data, scale = 1 } = samples!;
  return {
    column: names.samples,
    shape: [data.length / sizeOf(shape), ...shape],
    dtype: typeOf(data),
    scale: Math.fround(scale),
    count: input.count,
  };
}

function replay(
  runtime: Runtime,
  session: Session,
  graph: Graph,
  noise: ReadonlyMap<string, Noise>,
  program: Program,
  store: Map<string, OrtTensor>,
  column: OrtTensor | null,
): CompiledProgram {
  const wanted = (name: string) => graph.inputs.has(name);
  const places = Object.keys(program.carried).filter((place) => wanted(names.carried(place)));
  const fed = Object.entries(program.inputs).filter(([name]) => wanted(names.input(name)));
  const drawn = [...noise].filter(([name]) => wanted(names.noise(name)));

  function feedsOf(feed: Feed): Record<string, OrtTensor> {
    const feeds: Record<string, OrtTensor> = {};
    if (column && wanted(names.samples)) feeds[names.samples] = column;
    for (const place of places) feeds[names.carried(place)] = store.get(place)!;
    for (const [name, input] of fed) feeds[names.input(name)] = inputTensor(runtime, input, feed.inputs[name]);
    for (const [name, { kind, shape }] of drawn) {
      const dtype = kind === 'bytes' ? 'uint8' : 'float32';
      feeds[names.noise(name)] = runtime.tensor(dtype, feed.noise(name, kind, sizeOf(shape)), shape);
    }
    return feeds;
  }

  return {
    async run(feeds) {
      const results = [];
      for (const feed of feeds) {
        const fetched = await session.run(feedsOf(feed));
        const outputs: Record<string, Float32Array> = {};
        const carried: [place: string, tensor: OrtTensor][] = [];
        for (const [name, tensor] of Object.entries(fetched)) {
          if (name.startsWith(names.next(''))) carried.push([name.slice(names.next('').length), tensor]);
          else outputs[name.slice(names.output('').length)] = tensor.data as Float32Array;
        }
        results.push(outputs);
        if (program.guard !== undefined && outputs[program.guard][0] !== 1) break;
        for (const [place, tensor] of carried) store.set(place, tensor);
      }
      return results;
    },
  };
}

function inputTensor(runtime: Runtime, input: ProgramInput, data: TensorData): OrtTensor {
  if (input.kind === 'rows') return runtime.tensor('int32', data, [input.count]);
  return runtime.tensor(input.dtype, data, input.shape);
}

const sampleColumn = (runtime: Runtime, { data, shape }: Samples): OrtTensor =>
  runtime.tensor(typeOf(data), data, [data.length / sizeOf(shape), ...shape]);

function typeOf(data: TensorData): DType & ('uint8' | 'int32' | 'float32') {
  if (data instanceof Uint8Array) return 'uint8';
  return data instanceof Int32Array ? 'int32' : 'float32';
}

const mapObject = <T, U>(object: Readonly<Record<string, T>>, f: (value: T, key: string) => U): Record<string, U> =>
  Object.fromEntries(Object.entries(object).map(([key, value]) => [key, f(value, key)]));
