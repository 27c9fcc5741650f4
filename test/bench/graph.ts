// Time of a compiled step by itself, over made up rows and noise, least and median of many calls:
//   twinspec train specs/mnist-mlp.yaml --dump-graph step.onnx
//   node test/bench/run.js graph step.onnx [threads] [steps a call] [calls] [profile]
// With a name for the profile, ONNX Runtime writes the time of each node to <profile>_<date>.json.
import { InferenceSession, Tensor } from 'onnxruntime-node';
import { sizeOf } from 'twinspec/plugin';

const [file, threads = '2', steps = '16', calls = '100', profile] = process.argv.slice(3);

const session = await InferenceSession.create(file, {
  intraOpNumThreads: Number(threads),
  interOpNumThreads: 1,
  extra: { session: { force_spinning_stop: '1' } },
  ...(profile === undefined ? {} : { enableProfiling: true, profileFilePrefix: profile }),
});

const types = { float32: Float32Array, int32: Int32Array, uint8: Uint8Array };

/** Small weights, smaller slots, any bytes, a common learning rate, and the row numbers of a batch. */
function madeUp(name: string, index: number): number {
  if (name === 'input:learningRate') return 1e-3;
  if (name === 'input:same') return index % 2;
  if (name.startsWith('carried:slots')) return 1e-4 * Math.random();
  if (name.startsWith('carried:')) return 0.1 * (Math.random() - 0.5);
  return Math.floor(Math.random() * (name === 'input:samples' ? 60_000 : 256));
}

function feedOf({ name, type, shape }: { name: string; type: string; shape: readonly (number | string)[] }): Tensor {
  const dims = shape.map((length) => (typeof length === 'number' ? length : Number(steps)));
  const data = new types[type as keyof typeof types](sizeOf(dims));
  return new Tensor(type as 'float32', data.map((_, index) => madeUp(name, index)) as Float32Array, dims);
}

const inputs = session.inputMetadata as readonly Parameters<typeof feedOf>[0][];
const feeds = Object.fromEntries(inputs.map((input) => [input.name, feedOf(input)]));
const rows = inputs.find(({ name }) => name === 'input:samples');
const times: number[] = [];
for (let call = 0; call < Number(calls); call++) {
  if (rows) feeds[rows.name] = feedOf(rows);
  const started = performance.now();
  const results = await session.run(feeds);
  times.push((performance.now() - started) / Number(steps));
  for (const [name, value] of Object.entries(results)) {
    if (name.startsWith('next:')) feeds[name.replace('next:', 'carried:')] = value;
  }
}
await session.release();
const sorted = times.slice(times.length / 5).sort((a, b) => a - b);
const [least, median] = [sorted[0], sorted[Math.floor(sorted.length / 2)]].map((time) => time.toFixed(3));
console.log(`${file}, ${threads} threads, ${steps} steps a call: ${median} ms a step, least ${least}`);
