// Share of the time that checkpoints take at the default cadence: node test/bench/run.js checkpoints [spec] [epochs]
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { loadSpec, train } from 'twinspec';

const [file = 'specs/mnist-mlp.yaml', epochs = '4'] = process.argv.slice(3);
const spec = await loadSpec(file, { set: [`training.epochs=${epochs}`] });
const out = join(await mkdtemp(join(tmpdir(), 'twinspec-')), 'run');
let last = performance.now();
let saving = 0;
let saves = 0;
const started = performance.now();
const { model } = await train(spec, {
  folder: { out },
  onEvent({ type }) {
    // A checkpoint follows an epoch or the start at once.
    if (type === 'checkpointed') {
      saving += performance.now() - last;
      saves++;
    }
    last = performance.now();
  },
});
const total = performance.now() - started;
await model.dispose();
await rm(out, { recursive: true });
console.log(
  `${saves} checkpoints of ${(saving / saves).toFixed(1)} ms in ${(total / 1000).toFixed(1)} s: ${((100 * saving) / total).toFixed(2)} %`,
);
