// A network of many weights: from the call to the first step, what saving and resuming take, how long loading and embedding
// hold the event loop, and peak memory:
//   node test/bench/run.js large [millions of weights] [engine]
import { mkdtemp, rm, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { monitorEventLoopDelay } from 'node:perf_hooks';
import { loadModel, resume, train, type RunEvent, type SpecInput } from 'twinspec';
import { defineDataset } from 'twinspec/plugin';

const [millions = '25', engine = 'onnx'] = process.argv.slice(3);
const [rows, size, dimension] = [64, 1000, 128];
/** Of two hidden layers. */
const width = Math.round((-(size + dimension) + Math.sqrt((size + dimension) ** 2 + 4e6 * Number(millions))) / 2);

const even = Int32Array.from({ length: rows / 2 }, (_, index) => 2 * index);
const pairs = {
  unit: 'pairs' as const,
  left: even,
  right: even.map((row) => row + 1),
  same: Float32Array.from(even, (_, index) => index % 2),
};
const vectors = defineDataset({
  name: 'bench/vectors',
  summary: 'Vectors of noise.',
  yields: 'pairs',
  create: () => ({
    load: () =>
      Promise.resolve({
        samples: {
          shape: [size],
          data: Float32Array.from({ length: rows * size }, (_, index) => Math.sin(index * index)),
        },
        labels: null,
        train: pairs,
        validation: pairs,
        test: null,
      }),
  }),
});
const plugins = [vectors];
const spec = (epochs: number): SpecInput => ({
  version: 1,
  name: 'large',
  seed: 1,
  dataset: 'bench/vectors',
  base: { use: 'mlp', with: { units: [width, width, dimension], dropout: 0 } },
  distance: 'euclidean',
  loss: 'contrastive',
  engine,
  training: { learningRate: 0.001, batchSize: rows / 2, epochs, validate: { everyEpochs: null } },
});

/** Runs something and tells how long it took, and the longest that the event loop was held meanwhile. */
async function timed<T>(what: string, run: () => Promise<T>): Promise<T> {
  const delay = monitorEventLoopDelay({ resolution: 5 });
  delay.enable();
  // Its first interval is not counted.
  await new Promise((resolve) => setTimeout(resolve, 50));
  const started = performance.now();
  const result = await run();
  const seconds = ((performance.now() - started) / 1000).toFixed(2);
  await new Promise((resolve) => setTimeout(resolve, 20));
  delay.disable();
  const held = (delay.max / 1e6).toFixed(0);
  const [now, peak] = [process.memoryUsage.rss(), process.resourceUsage().maxRSS * 1024].map((x) =>
    (x / 1e6).toFixed(0),
  );
  console.log(
    `${what.padEnd(24)} ${seconds.padStart(6)} s   loop held ${held.padStart(5)} ms   RSS ${now} MB, peak ${peak} MB`,
  );
  return result;
}

const folder = await mkdtemp(join(tmpdir(), 'twinspec-large-'));
const out = join(folder, 'run');
let called = performance.now();
const onEvent = ({ type }: RunEvent) => {
  const seconds = ((performance.now() - called) / 1000).toFixed(2);
  if (type === 'started' || type === 'step') console.log(`  ${type} after ${seconds} s`);
};

const trained = await timed('train, 2 steps', () => train(spec(2), { plugins, folder: { out }, onEvent }));
await trained.model.dispose();
console.log(`  ${(await stat(join(out, 'model/model.safetensors'))).size / 1e6} MB of weights`);
called = performance.now();
const resumed = await timed('resume, 1 step more', () => resume(out, { plugins, set: ['training.epochs=3'], onEvent }));
await resumed.model.dispose();
const model = await timed('loadModel', () => loadModel(out, { plugins }));
const samples = (count: number) => Float32Array.from({ length: count * size }, () => Math.random());
for (const count of [1, 2, 300]) await timed(`embed ${count}`, () => model.embed(samples(count)));
await model.dispose();
await rm(folder, { recursive: true });
