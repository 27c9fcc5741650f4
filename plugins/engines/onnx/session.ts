import type { CompiledProgram, EngineSession, HostTensor, Program, Samples, Tf } from 'twinspec/plugin';
import { sizeOf } from 'twinspec/plugin';
import { encode } from './encode.js';
import type { Constant } from './graph.js';
import { forEachCount } from './for-each-count.js';
import { anyCountGraph, programGraph, typeOf, type ProgramGraph } from './program-graph.js';
import { replay, type Held } from './replay.js';
import type { OrtTensor, Runtime, Session, SessionOptions } from './runtime.js';

/** A session of the onnx engine: carried tensors stay with the runtime from run to run. */
export function openSession(tf: Tf, runtime: Runtime, options: SessionOptions, samples: Samples | null): EngineSession {
  const held: Held = { carried: new Map(), samples: samples && sampleColumn(runtime, samples) };
  const sessions = new Set<Session>();

  const toHost = ({ dims, data }: OrtTensor): HostTensor => ({ shape: dims, data: data as Float32Array });

  return {
    write(tensors) {
      for (const [place, { shape, data }] of Object.entries(tensors)) {
        held.carried.set(place, runtime.tensor('float32', data, shape));
      }
    },
    read: (places = [...held.carried.keys()]) =>
      Promise.resolve(Object.fromEntries(places.map((place) => [place, toHost(held.carried.get(place)!)]))),
    async compile(program) {
      const places = program.fixed ? Object.keys(program.carried) : [];
      const constants = new Map(places.map((place) => [place, constantOf(held.carried.get(place)!)]));
      const open = async (one: Program, graph: ProgramGraph): Promise<CompiledProgram> => {
        const model = () => encode(graph.graph, one.name);
        const session = await runtime.session(model(), options);
        sessions.add(session);
        return { ...replay(runtime, session, graph, one, held), model };
      };
      if (program.anyCount !== true) return open(program, programGraph(tf, program, samples, constants));
      const general = anyCountGraph(tf, program, samples, constants);
      if (general !== null) return open(program, general);
      return forEachCount(program, (one) => open(one, programGraph(tf, one, samples, constants)));
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

const sampleColumn = (runtime: Runtime, { data, shape }: Samples): OrtTensor =>
  runtime.tensor(typeOf(data), data, [data.length / sizeOf(shape), ...shape]);
