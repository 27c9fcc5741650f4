// How long a host's event loop is blocked while a thread trains, and while the host trains itself:
//   npm run build && node test/bench/run.js event-loop [epochs]
import { monitorEventLoopDelay } from 'node:perf_hooks';
import { fileURLToPath } from 'node:url';
import type * as twinspec from 'twinspec';

/** A thread starts from the built package. */
const built = new URL('../../dist/core/index.js', import.meta.url);
const { loadSpec, startTraining, trainInWorker } = (await import(built.href)) as typeof twinspec;
const [epochs = '2'] = process.argv.slice(3);
const file = fileURLToPath(new URL('../../specs/mnist-mlp.yaml', import.meta.url));
const spec = await loadSpec(file, { set: [`training.epochs=${epochs}`] });

for (const [name, start] of Object.entries({ trainInWorker, startTraining })) {
  const delay = monitorEventLoopDelay({ resolution: 1 });
  const run = start(spec);
  let training = false;
  for await (const { type } of run.events) {
    if (type === 'step' && !training) {
      training = true;
      delay.enable();
    }
    if (type === 'finished') delay.disable();
  }
  await (await run.result).model.dispose();
  const milliseconds = (nanoseconds: number) => (nanoseconds / 1e6).toFixed(1);
  console.log(
    `${name}: the event loop was held ${milliseconds(delay.max)} ms at most, ${milliseconds(delay.percentile(99))} ms at the 99th percentile`,
  );
}
