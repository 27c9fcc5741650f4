import type { CompiledProgram, EngineSession, HeldColumn, HostTensor, Program, Samples, Tf } from 'twinspec/plugin';
import { sizeOf } from 'twinspec/plugin';
import { fetched } from '../stored-columns.js';
import { encode } from './encode.js';
import type { Constant } from './graph.js';
import { forEachCount } from './for-each-count.js';
import { anyCountGraph, programGraph, tracedSha256, typeOf, type ProgramGraph } from './program-graph.js';
import { replay, type Held } from './replay.js';
import type { OrtTensor, Runtime, Session, SessionOptions } from './runtime.js';

/** A session of the onnx engine: carried tensors stay with the runtime from run to run. */
export function openSession(tf: Tf, runtime: Runtime, options: SessionOptions, samples: Samples | null): EngineSession {
  const held: Held = { carried: new Map(), samples: heldColumns(runtime, samples ?? {}) };
  const sessions = new Set<Session>();

  const toHost = ({ dims, data }: OrtTensor): HostTensor => ({ shape: dims, data: data as Float32Array });

  function compileOf(
    program: Program,
    constants: ReadonlyMap<string, Constant>,
    open: (program: Program, graph: ProgramGraph) => Promise<CompiledProgram>,
  ): Promise<CompiledProgram> {
    const graphOf = (one: Program) => programGraph(tf, one, samples, constants);
    if (program.anyCount !== true) return open(program, graphOf(program));
    const general = anyCountGraph(tf, program, samples, constants);
    if (general !== null) return open(program, general);
    return Promise.resolve(forEachCount(program, (one) => open(one, graphOf(one))));
  }

  return {
    write(tensors) {
      for (const [place, { shape, data }] of Object.entries(tensors)) {
        held.carried.set(place, runtime.tensor('float32', data, shape));
      }
    },
    read: (places = [...held.carried.keys()]) =>
      Promise.resolve(Object.fromEntries(places.map((place) => [place, toHost(held.carried.get(place)!)]))),
    async compile(given) {
      const { program, fill } = fetched(tf, given, samples);
      const places = program.fixed ? Object.keys(program.carried) : [];
      const constants = new Map(places.map((place) => [place, constantOf(held.carried.get(place)!)]));
      const open = async (one: Program, graph: ProgramGraph): Promise<CompiledProgram> => {
        const model = () => encode(graph.graph, one.name);
        const session = await runtime.session(model(), options);
        sessions.add(session);
        return { ...replay(runtime, session, graph, one, held), model };
      };
      const compiled = await compileOf(program, constants, open);
      return {
        ...compiled,
        run: async (feeds) => compiled.run(await Promise.all(feeds.map(fill))),
        traced: () => tracedSha256(tf, program, samples),
      };
    },
    async dispose() {
      held.carried.clear();
      for (const session of sessions) await session.dispose();
      sessions.clear();
    },
  };
}

const constantOf = ({ dims, data }: OrtTensor): Constant => ({
  shape: dims,
  dtype: 'float32',
  data: data as Float32Array,
});

function heldColumns(runtime: Runtime, samples: Samples): ReadonlyMap<string, OrtTensor> {
  const held = Object.entries(samples).filter((entry): entry is [string, HeldColumn] => 'data' in entry[1]);
  return new Map(
    held.map(([name, { data, shape }]) => [
      name,
      runtime.tensor(typeOf(data), data, [data.length / sizeOf(shape), ...shape]),
    ]),
  );
}
