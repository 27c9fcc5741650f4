/**
 * Shows that a change of the code changes no bit of what is trained. Fixed experiments run for 40 steps each on the built
 * package, through its public interface alone, so that the same folder works at an older commit and at a newer one:
 *
 *     npm run same-bits -- --write FILE     at one commit
 *     npm run same-bits -- --check FILE     at another; exit code 1 where anything differs
 *
 * At a commit without this folder: copy it there, `npm run build && node test/same-bits/run.js --write FILE`.
 * What is compared: each tensor of the last checkpoint (weights, state, slots, averages, best weights) and the history of
 * metrics.jsonl without times. Bits also follow from the machine and the version of Node.js, so a file holds for one of each.
 */
import { createHash } from 'node:crypto';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { arch, cpus, tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { engines, experiments } from './experiments.js';
import { firstDifference, runExperiment, type Trace } from './trace.js';

interface Recorded {
  readonly machine: string;
  readonly traces: Readonly<Record<string, Trace>>;
}

const { values: flags } = parseArgs({ options: { write: { type: 'string' }, check: { type: 'string' } } });
if ((flags.write === undefined) === (flags.check === undefined)) {
  throw new Error('Give one of --write FILE and --check FILE.');
}
const machine = `${cpus()[0].model}, ${arch()}, Node.js ${process.version}`;
const recorded = flags.check === undefined ? null : (JSON.parse(await readFile(flags.check, 'utf8')) as Recorded);
if (recorded !== null && recorded.machine !== machine) {
  throw new Error(`${flags.check} was written on ${recorded.machine}; this is ${machine}.`);
}

const short = (value: unknown) => createHash('sha256').update(JSON.stringify(value)).digest('hex').slice(0, 16);
const traces: Record<string, Trace> = {};
let different = 0;
const scratch = await mkdtemp(join(tmpdir(), 'twinspec-same-bits-'));
try {
  for (const experiment of experiments) {
    for (const engine of experiment.engines ?? Object.keys(engines)) {
      const title = `${experiment.spec.name} on ${engine}`;
      const trace = await runExperiment(experiment, engine, join(scratch, title.replaceAll(' ', '-')));
      traces[title] = trace;
      const difference = recorded && firstDifference(recorded.traces[title], trace);
      if (difference !== null) different++;
      const verdict = recorded === null ? '' : `  ${difference ?? 'same'}`;
      console.log(`${title.padEnd(27)} tensors ${short(trace.tensors)}  history ${short(trace.history)}${verdict}`);
    }
  }
} finally {
  await rm(scratch, { recursive: true, force: true });
}
if (flags.write !== undefined) await writeFile(flags.write, `${JSON.stringify({ machine, traces }, null, 1)}\n`);
if (different > 0) {
  console.log(`${different} of ${Object.keys(traces).length} runs differ.`);
  process.exitCode = 1;
}
