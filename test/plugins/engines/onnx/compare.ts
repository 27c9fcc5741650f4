import { writeFileSync } from 'node:fs';
import * as tf from '@tensorflow/tfjs';
import { onBackend } from 'twinspec/plugin';
import { encode } from '../../../../plugins/engines/onnx/encode.js';
import { sizeOf, type Graph } from '../../../../plugins/engines/onnx/graph.js';
import { loadRuntime, type OrtTensor } from '../../../../plugins/engines/onnx/runtime.js';
import { trace } from '../../../../plugins/engines/onnx/trace.js';

(tf.findBackend('cpu') as unknown as { firstUse: boolean }).firstUse = false;

export const runtime = await loadRuntime();

export interface HostArray {
  readonly shape: readonly number[];
  readonly dtype: 'float32' | 'int32' | 'bool';
  readonly data: Float32Array | Int32Array | Uint8Array;
}

export type Body = (tensors: Record<string, tf.Tensor>) => Record<string, tf.Tensor>;

export const float = (shape: readonly number[], data: ArrayLike<number>): HostArray => ({
  shape,
  dtype: 'float32',
  data: Float32Array.from(data),
});
export const int = (shape: readonly number[], data: ArrayLike<number>): HostArray => ({
  shape,
  dtype: 'int32',
  data: Int32Array.from(data),
});
export const bool = (shape: readonly number[], data: ArrayLike<number>): HostArray => ({
  shape,
  dtype: 'bool',
  data: Uint8Array.from(data),
});

/** Numbers between -2 and 2 that differ from seed to seed. */
export function numbers(shape: readonly number[], seed = 1): HostArray {
  let state = seed * 2654435761;
  const data = Array.from({ length: sizeOf(shape) }, () => {
    state = (Math.imul(state ^ (state >>> 15), 2246822519) + 374761393) | 0;
    return ((state >>> 8) / 2 ** 24) * 4 - 2;
  });
  return float(shape, data);
}

/** What the body gives on tfjs's pure-JS backend. */
export function eager(inputs: Record<string, HostArray>, body: Body): Record<string, HostArray> {
  return onBackend(tf, 'cpu', () => {
    const tensors = Object.entries(inputs).map(
      ([name, x]) => [name, tf.tensor(x.data, [...x.shape], x.dtype)] as const,
    );
    const results = body(Object.fromEntries(tensors));
    return Object.fromEntries(
      Object.entries(results).map(([name, x]) => [
        name,
        { shape: x.shape, dtype: x.dtype as 'float32', data: x.dataSync() as Float32Array },
      ]),
    );
  });
}

export async function execute(
  graph: Graph,
  inputs: Record<string, HostArray>,
  { on = runtime, threads = 1 } = {},
): Promise<Record<string, HostArray>> {
  const session = await on.session(encode(graph), { threads });
  const feeds: Record<string, OrtTensor> = {};
  for (const [name, x] of Object.entries(inputs)) {
    if (graph.inputs.has(name)) feeds[name] = on.tensor(graph.inputs.get(name)!.dtype, x.data, x.shape);
  }
  const outputs = await session.run(feeds);
  await session.dispose();
  return Object.fromEntries(
    Object.entries(outputs).map(([name, x]) => [
      name,
      { shape: x.dims, dtype: x.type as 'float32', data: x.data as Float32Array },
    ]),
  );
}

/** The norm of the difference over the norm, at least `floor`; 0 if NaN and infinity stand in the same places and nothing else differs. */
export function distance(actual: HostArray, expected: HostArray, floor = 1e-3): number {
  let difference = 0;
  let norm = 0;
  expected.data.forEach((e, i) => {
    const a = Number(actual.data[i]);
    if (Object.is(a, e) || a === e) return void (norm += Number.isFinite(e) ? e * e : 0);
    difference += (a - e) ** 2;
    norm += e * e;
  });
  return Math.sqrt(difference) / Math.max(Math.sqrt(norm), floor);
}

let saved = 0;

/** Writes the graph and its data to the folder GRAPHS, for test/oracles/onnx-check.py. */
function saveForOracle(graph: Graph, inputs: Record<string, HostArray>, outputs: Record<string, HostArray>): void {
  const folder = process.env['GRAPHS'];
  if (!folder) return;
  const path = `${folder}/${process.pid}-${saved++}`;
  const plain = (arrays: Record<string, HostArray>) =>
    Object.fromEntries(
      Object.entries(arrays).map(([name, x]) => [
        name,
        { shape: x.shape, dtype: x.dtype, data: Array.from(x.data, (v) => (Object.is(v, -0) ? '-0' : String(v))) },
      ]),
    );
  const used = Object.fromEntries(Object.entries(inputs).filter(([name]) => graph.inputs.has(name)));
  writeFileSync(`${path}.onnx`, encode(graph));
  writeFileSync(`${path}.json`, JSON.stringify({ inputs: plain(used), outputs: plain(outputs) }));
}

const normOf = ({ data }: HostArray): number => Math.hypot(...data.filter(Number.isFinite));

/** Compiles the body, runs it, and states for each output how it differs from the pure-JS backend. Empty: it does not. */
export async function differences(
  inputs: Record<string, HostArray>,
  body: Body,
  { tolerance = 1e-5, transform = (graph: Graph) => graph } = {},
): Promise<string[]> {
  const graph = transform(trace(tf, inputs, body));
  const expected = eager(inputs, body);
  const actual = await execute(graph, inputs);
  saveForOracle(graph, inputs, actual);
  // What cancels out to nothing is compared with what it is the difference of.
  const floor = Math.max(1e-3, ...Object.values(expected).map((e) => normOf(e) / 10));
  return Object.entries(expected).flatMap(([name, e]) => {
    const a = actual[name];
    if (!a) return [`${name}: missing`];
    if (a.shape.join() !== e.shape.join()) return [`${name}: shape [${a.shape.join()}] instead of [${e.shape.join()}]`];
    if (a.dtype !== e.dtype) return [`${name}: ${a.dtype} instead of ${e.dtype}`];
    const d = distance(a, e, floor);
    return d <= tolerance
      ? []
      : [`${name}: relative error ${d}; got ${a.data.slice(0, 12).join()}, expected ${e.data.slice(0, 12).join()}`];
  });
}
