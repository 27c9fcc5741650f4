// Time of a compiled training step with its carried tensors fed back: node test/bench/run.js onnx-step [mlp|cnn] [threads] [profile]
import { writeFileSync } from 'node:fs';
import * as tf from '@tensorflow/tfjs';
import { encode } from '../../plugins/engines/onnx/encode.js';
import { loadRuntime, type OrtTensor } from '../../plugins/engines/onnx/runtime.js';
import { simplify } from '../../plugins/engines/onnx/simplify.js';
import { trace, type InputSpec } from '../../plugins/engines/onnx/trace.js';
import { cnnStep, mlpStep } from '../plugins/engines/onnx/steps.js';

const [kind = 'mlp', threads = '2', profile, ortName] = process.argv.slice(3);
const { inputs, body } =
  kind === 'mlp' ? mlpStep() : cnnStep(128, 28, [32, 64], 128, Number(process.env['CHUNKS'] ?? 1));

const rows = 60_000;
const count = inputs['x'].shape[0];
const shape = [rows, ...inputs['x'].shape.slice(1)];
const specs: Record<string, InputSpec> = { ...inputs };
specs['x'] = { column: 'images', shape, dtype: 'uint8', scale: 1 / 255, count };
for (const name of Object.keys(inputs)) if (name.startsWith('noise')) specs[name] = { ...inputs[name], dtype: 'uint8' };

const ort = await loadRuntime(ortName as 'onnxruntime-node');
const start = performance.now();
const traced = trace(tf, specs, body);
const afterTrace = performance.now();
const graph = process.env['PLAIN'] ? traced : simplify(traced);
const model = encode(graph);
const afterEncode = performance.now();
if (process.env['DUMP']) writeFileSync(process.env['DUMP'], model);
const session = await ort.session(model, { threads: Number(threads), ...(profile ? { profile } : {}) });
const afterSession = performance.now();
console.log(
  `${kind}: ${traced.nodes.length} nodes traced in ${(afterTrace - start).toFixed(0)} ms, ${graph.nodes.length} left, simplified and encoded (${(model.length / 1e6).toFixed(2)} MB) in ${(afterEncode - afterTrace).toFixed(0)} ms, session in ${(afterSession - afterEncode).toFixed(0)} ms`,
);

const feeds: Record<string, OrtTensor> = {
  images: ort.tensor(
    'uint8',
    new Uint8Array(rows * shape.slice(1).reduce((a, b) => a * b, 1)).map((_, i) => (i * 31) & 255),
    shape,
  ),
};
for (const [name, x] of Object.entries(inputs)) {
  const dtype = graph.inputs.get(name)?.dtype;
  if (!dtype || name === 'x') continue;
  feeds[name] = ort.tensor(dtype, dtype === 'uint8' ? Uint8Array.from(x.data) : x.data, x.shape);
}
const times: number[] = [];
let cpu = process.cpuUsage();
const steps = kind === 'mlp' ? 1000 : 60;
for (let i = 0; i < steps; i += 1) {
  if (i === steps / 5) cpu = process.cpuUsage();
  const before = performance.now();
  feeds['x'] = ort.tensor(
    'int32',
    Int32Array.from({ length: count }, (_, j) => (i * 7919 + j * 104729) % rows),
    [count],
  );
  const outputs = await session.run(feeds);
  for (const [name, x] of Object.entries(outputs)) if (name.endsWith("'")) feeds[name.slice(0, -1)] = x;
  times.push(performance.now() - before);
}
const used = process.cpuUsage(cpu);
const perStep = (microseconds: number) => (microseconds / 1000 / (steps * 0.8)).toFixed(3);
const sorted = times.slice(steps / 5).sort((a, b) => a - b);
const at = (q: number) => sorted[Math.floor(sorted.length * q)].toFixed(3);
console.log(
  `${kind}, ${ort.version}, ${threads} threads: median ${at(0.5)} ms, p10 ${at(0.1)}, p90 ${at(0.9)}; CPU a step ${perStep(used.user)} ms user, ${perStep(used.system)} ms system`,
);
await session.dispose();
