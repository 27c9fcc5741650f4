// A network of many weights, each part in a process of its own: from the call to the first step, what saving and resuming
// take, how long loading and embedding hold the event loop, and memory:
//   npm run build && node test/bench/run.js large [millions of weights] [engine]
import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { mkdtemp, rm, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { monitorEventLoopDelay } from 'node:perf_hooks';
import { fileURLToPath } from 'node:url';
import type * as twinspec from 'twinspec';
import type { RunEvent, SpecInput } from 'twinspec';
import type * as twinspecPlugin from 'twinspec/plugin';

const [millions = '25', engine = 'onnx', part, folder = ''] = process.argv.slice(3);
const [rows, size, dimension] = [64, 1000, 128];
/** Of two hidden layers. */
const width = Math.round((-(size + dimension) + Math.sqrt((size + dimension) ** 2 + 4e6 * Number(millions))) / 2);

const built = (path: string): string => new URL(`../../dist/core/${path}`, import.meta.url).href;
const { loadModel, resume, train } = (await import(built('index.js'))) as typeof twinspec;
const { defineDataset } = (await import(built('plugin/index.js'))) as typeof twinspecPlugin;

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
          vector: {
            shape: [size],
            data: Float32Array.from({ length: rows * size }, (_, index) => Math.sin(index ** 2)),
          },
        },
        labels: null,
        train: pairs,
        validation: pairs,
        test: null,
      }),
  }),
});
const plugins = [vectors];
const spec: SpecInput = {
  version: 1,
  name: 'large',
  seed: 1,
  dataset: 'bench/vectors',
  base: { use: 'mlp', with: { units: [width, width, dimension], dropout: 0 } },
  distance: 'euclidean',
  loss: 'contrastive',
  engine,
  training: { learningRate: 0.001, batchSize: rows / 2, epochs: 2, validate: { everyEpochs: null } },
};

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
  const threads = /^Threads:\s+(\d+)/m.exec(readFileSync('/proc/self/status', 'utf8'))?.[1];
  console.log(
    `${what.padEnd(20)} ${seconds.padStart(6)} s   loop held ${held.padStart(5)} ms   RSS ${now} MB, peak ${peak} MB, ${threads} threads`,
  );
  return result;
}

const called = performance.now();
const onEvent = ({ type }: RunEvent) => {
  const seconds = ((performance.now() - called) / 1000).toFixed(2);
  if (type === 'started' || type === 'step' || type === 'finished') console.log(`  ${type} after ${seconds} s`);
};

const parts: Readonly<Record<string, () => Promise<void>>> = {
  async train() {
    const { model } = await timed('train, 2 steps', () => train(spec, { plugins, folder: { out: folder }, onEvent }));
    await model.dispose();
    console.log(`  ${(await stat(join(folder, 'model/model.safetensors'))).size / 1e6} MB of weights`);
  },
  async resume() {
    const longer = { plugins, set: ['training.epochs=3'], onEvent };
    const { model } = await timed('resume, 1 step more', () => resume(folder, longer));
    await model.dispose();
  },
  async load() {
    const model = await timed('loadModel', () => loadModel(folder, { plugins }));
    const samples = (count: number) => Float32Array.from({ length: count * size }, () => Math.random());
    for (const count of [1, 1, 2, 3, 5, 9, 17, 33, 65, 129, 300, 300])
      await timed(`embed ${count}`, () => model.embed(samples(count)));
    await model.dispose();
  },
};

if (part !== undefined) await parts[part]();
else {
  const scratch = await mkdtemp(join(tmpdir(), 'twinspec-large-'));
  const runner = fileURLToPath(new URL('run.js', import.meta.url));
  for (const name of Object.keys(parts)) {
    const args = [...process.execArgv, runner, 'large', millions, engine, name, join(scratch, 'run')];
    spawnSync(process.execPath, args, { stdio: 'inherit' });
  }
  await rm(scratch, { recursive: true });
}
