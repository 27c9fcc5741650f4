import type { CompiledProgram, EngineSession, Program } from '../plugin/kinds/engine.js';
import { sampleInput } from '../graph/examples.js';
import { sizeOf, type HostTensor, type TensorData } from '../plugin/tensors.js';
import type { Inference, SampleValues } from '../graph/inference.js';

/** How many pairs one run measures at most. */
const pairsAtOnce = 256;
const noNoise = (): never => {
  throw new Error('nothing draws noise outside of training');
};

/** Runs the inference programs of a graph in chunks of few sizes, for an engine may compile each size. */
export interface Embedder {
  /** Embeds rows of the session's samples -> [rows, d]. */
  rows(rows: Int32Array): Promise<HostTensor>;
  /** Embeds samples given as values of each column, [n, ...shape] -> [n, d]. */
  samples(
    values: Readonly<Record<string, Float32Array | Uint8Array>>,
    columns: Readonly<Record<string, Pick<SampleValues, 'shape' | 'scale'>>>,
  ): Promise<HostTensor>;
  /** Distance of each pair of embeddings, [n, d] and [n, d] -> n. */
  distances(left: Float32Array, right: Float32Array): Promise<Float32Array>;
}

/** An embedder over the weights and state that a session carries; `fixed` where they are written no more. */
export function embedder(
  session: EngineSession,
  graph: Pick<Inference, 'columns' | 'dimension' | 'samplesAtOnce' | 'embed' | 'distance'>,
  fixed = false,
): Embedder {
  const columns = Object.keys(graph.columns);
  const programs = new Map<string, Promise<CompiledProgram>>();
  const compiled = (kind: string, program: () => Program) => {
    const known = programs.get(kind) ?? session.compile(program());
    programs.set(kind, known);
    return known;
  };
  const { dimension, samplesAtOnce } = graph;

  return {
    async rows(rows) {
      const data = await inChunks(rows.length, dimension, samplesAtOnce, async (start, end, count) => {
        const chunk = new Int32Array(count);
        chunk.set(rows.subarray(start, end));
        const program = await compiled('rows', () => graph.embed('rows', fixed));
        const inputs = Object.fromEntries(columns.map((column) => [sampleInput(column), chunk]));
        const [{ embedding }] = await program.run([{ inputs, noise: noNoise }]);
        return embedding;
      });
      return { shape: [rows.length, dimension], data };
    },

    async samples(values, formats) {
      const sizes = columns.map((column) => sizeOf(formats[column].shape));
      const n = values[columns[0]].length / sizes[0];
      const given = Object.fromEntries(
        columns.map((column) => {
          const { shape, scale } = formats[column];
          const dtype = values[column] instanceof Uint8Array ? ('uint8' as const) : ('float32' as const);
          return [column, { shape, scale, dtype }];
        }),
      );
      const dtypes = columns.map((column) => given[column].dtype).join();
      const embeddings = await inChunks(n, dimension, samplesAtOnce, async (start, end, count) => {
        const chunks = columns.map((column, at) => [
          sampleInput(column),
          padded(values[column].subarray(start * sizes[at], end * sizes[at]), count * sizes[at]),
        ]);
        const program = await compiled(dtypes, () => graph.embed(given, fixed));
        const inputs = Object.fromEntries(chunks) as Record<string, TensorData>;
        const [{ embedding }] = await program.run([{ inputs, noise: noNoise }]);
        return embedding;
      });
      return { shape: [n, dimension], data: embeddings };
    },

    distances(left, right) {
      const d = dimension;
      return inChunks(left.length / d, 1, pairsAtOnce, async (start, end, count) => {
        const side = (values: Float32Array) => padded(values.subarray(start * d, end * d), count * d);
        const program = await compiled('distance', () => graph.distance);
        const [{ distance }] = await program.run([
          { inputs: { left: side(left), right: side(right) }, noise: noNoise },
        ]);
        return distance;
      });
    },
  };
}

/** Fills [n, width] chunk by chunk. A chunk has the largest size, or for few elements the next power of two; its rest is padding. */
async function inChunks(
  n: number,
  width: number,
  most: number,
  run: (start: number, end: number, count: number) => Promise<Float32Array>,
): Promise<Float32Array> {
  const all = new Float32Array(n * width);
  const count = Math.min(most, 2 ** Math.ceil(Math.log2(Math.max(1, n))));
  for (let start = 0; start < n; start += count) {
    const end = Math.min(n, start + count);
    const values = await run(start, end, count);
    all.set(values.subarray(0, (end - start) * width), start * width);
    await new Promise(setImmediate);
  }
  return all;
}

function padded<A extends Float32Array | Uint8Array>(values: A, size: number): A {
  if (values.length === size) return values;
  const full = new (values.constructor as new (size: number) => A)(size);
  full.set(values);
  return full;
}
