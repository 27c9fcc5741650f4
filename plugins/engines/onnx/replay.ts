import type { CompiledProgram, Feed, Program, TensorData } from 'twinspec/plugin';
import { sizeOf } from 'twinspec/plugin';
import { anyLength } from './graph.js';
import { names, typeOf, type ProgramGraph } from './program-graph.js';
import type { OrtTensor, Runtime, Session } from './runtime.js';

/** The tensors that stay with the runtime between runs. */
export interface Held {
  /** By place. */
  readonly carried: Map<string, OrtTensor>;
  /** Columns of the samples, by name. */
  readonly samples: ReadonlyMap<string, OrtTensor>;
}

type Outputs = Readonly<Record<string, Float32Array>>;

/** Runs a compiled graph over what is held. */
export function replay(
  runtime: Runtime,
  session: Session,
  { graph, noise, loops }: ProgramGraph,
  program: Program,
  held: Held,
): CompiledProgram {
  const wanted = (name: string) => graph.inputs.has(name);
  const places = Object.keys(program.carried).filter((place) => wanted(names.carried(place)));
  const fed = Object.keys(program.inputs).filter((name) => wanted(names.input(name)));
  const drawn = [...noise].filter(([name]) => wanted(names.noise(name)));
  const outputNames = [...graph.outputs.keys()].filter((name) => name.startsWith(names.output('')));

  function tensorOf(input: string, values: readonly TensorData[]): OrtTensor {
    const data = joined(values);
    const { shape } = graph.inputs.get(input)!;
    const [first, ...rest] = shape;
    return runtime.tensor(typeOf(data), data, first === anyLength ? [data.length / sizeOf(rest), ...rest] : shape);
  }

  function tensorsOf(feeds: readonly Feed[]): Record<string, OrtTensor> {
    const tensors: Record<string, OrtTensor> = {};
    for (const [column, tensor] of held.samples)
      if (wanted(names.column(column))) tensors[names.column(column)] = tensor;
    for (const place of places) tensors[names.carried(place)] = held.carried.get(place)!;
    for (const name of fed) {
      const input = names.input(name);
      tensors[input] = tensorOf(
        input,
        feeds.map(({ inputs }) => inputs[name]),
      );
    }
    for (const [name, { kind, shape }] of drawn) {
      const input = names.noise(name);
      const size = sizeOf(shape);
      tensors[input] = tensorOf(
        input,
        feeds.map((feed) => feed.noise(name, kind, size)),
      );
    }
    return tensors;
  }

  /** One call. What it carries on replaces what is held, unless the guard stops one of its steps. */
  async function call(feeds: readonly Feed[]): Promise<Outputs[]> {
    const fetched = await session.run(tensorsOf(feeds));
    const results = feeds.map((_, step) =>
      Object.fromEntries(
        outputNames.map((name) => {
          const data = fetched[name].data as Float32Array;
          const size = data.length / feeds.length;
          return [name.slice(names.output('').length), data.slice(step * size, (step + 1) * size)];
        }),
      ),
    );
    const stopped = program.guard === undefined ? -1 : results.findIndex((result) => result[program.guard!][0] !== 1);
    if (stopped === 0) return results.slice(0, 1);
    // Nothing was carried on, so the steps before the one that stops can be run again, without it.
    if (stopped > 0) return [...(await call(feeds.slice(0, stopped))), results[stopped]];
    for (const place of Object.keys(program.carried)) {
      const next = fetched[names.next(place)];
      if (next) held.carried.set(place, next);
    }
    return results;
  }

  return {
    async run(feeds) {
      if (loops) return feeds.length === 0 ? [] : call(feeds);
      const results: Outputs[] = [];
      for (const feed of feeds) {
        results.push(...(await call([feed])));
        if (program.guard !== undefined && results.at(-1)![program.guard][0] !== 1) break;
      }
      return results;
    },
  };
}

/** Arrays of one type, one after the other. */
function joined(arrays: readonly TensorData[]): TensorData {
  const [first] = arrays;
  if (arrays.length === 1) return first;
  const all = new (first.constructor as new (size: number) => TensorData)(first.length * arrays.length);
  arrays.forEach((array, index) => all.set(array, index * first.length));
  return all;
}
