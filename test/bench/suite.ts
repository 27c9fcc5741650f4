// Side by side with the peers that Python has: npm run bench -- [--runs 5] [--rounds 1] [--only mlp-step ...]
// Python is that of the environment variable PYTHON, or else python3. See peers/README.md.
import { spawn } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { cpus, tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';

const { values: flags } = parseArgs({
  args: process.argv.slice(3),
  options: {
    runs: { type: 'string', default: '5' },
    rounds: { type: 'string', default: '1' },
    only: { type: 'string', multiple: true },
  },
});
const path = (file: string): string => fileURLToPath(new URL(file, import.meta.url));
const python = process.env['PYTHON'] ?? 'python3';
const scratch = mkdtempSync(join(tmpdir(), 'twinspec-bench-'));

/** Figures of one contestant; the first of several is what is compared. */
type Figures = Readonly<Record<string, readonly number[]>>;

interface Contestant {
  readonly name: string;
  run(): Promise<Figures>;
}

interface Work {
  readonly name: string;
  readonly contestants: readonly Contestant[];
}

interface Line {
  readonly runs?: readonly number[];
  readonly wallSeconds?: number;
  readonly peakMiB?: number;
}

/** Runs a command to its end and returns the objects that it printed, one a line. */
function lines(command: string, args: readonly string[], environment: Record<string, string> = {}): Promise<Line[]> {
  return new Promise((resolve, reject) => {
    const child = spawn(command, args, { env: { ...process.env, ...environment }, stdio: ['ignore', 'pipe', 'pipe'] });
    let [output, errors] = ['', ''];
    child.stdout.on('data', (data) => (output += String(data)));
    child.stderr.on('data', (data) => (errors += String(data)));
    child.on('error', reject);
    child.on('close', (code) => {
      if (code !== 0) return reject(new Error(errors.trim().split('\n').at(-1) ?? `exit code ${code}`));
      resolve(
        output
          .split('\n')
          .filter((line) => line.startsWith('{'))
          .map((line) => JSON.parse(line) as Line),
      );
    });
  });
}

const ours = (work: string, name = 'twinspec'): Contestant => ({
  name,
  async run() {
    const [{ runs = [] }] = await lines(process.execPath, [path('run.js'), 'work', work, flags.runs]);
    return { ms: runs };
  },
});

const peer = (script: string, work: string, variant: string): Contestant => ({
  name: `${script} ${variant}`,
  async run() {
    const args = ['--work', work, '--variant', variant, '--runs', flags.runs];
    const [{ runs = [] }] = await lines(python, [path(`peers/${script}.py`), ...args]);
    return { ms: runs };
  },
});

const ourProcess: Contestant = {
  name: 'twinspec',
  async run() {
    const peak = join(scratch, 'peak');
    const out = join(scratch, `run-${Math.random()}`);
    const args = ['train', path('../../specs/mnist-mlp.yaml'), '--set', 'training.epochs=2', '--out', out];
    const began = performance.now();
    const command = ['--import', path('peak-memory.js'), path('../../dist/core/cli/bin.js'), ...args];
    await lines(process.execPath, command, { BENCH_PEAK: peak });
    return { s: [(performance.now() - began) / 1000], MiB: [Number(readFileSync(peak, 'utf8'))] };
  },
};

const peerProcess = (script: string, variant: string): Contestant => ({
  name: `${script} ${variant}`,
  async run() {
    const args = [path('peers/measure.py'), python, path(`peers/${script}.py`), '--work', 'mlp-process'];
    const printed = await lines(python, [...args, '--variant', variant, '--epochs', '2']);
    const { wallSeconds, peakMiB } = printed.find((line) => line.wallSeconds !== undefined)!;
    return { s: [wallSeconds!], MiB: [peakMiB!] };
  },
});

const compared = (work: string, peers: readonly (readonly [script: string, variant: string])[]): Work => ({
  name: work,
  contestants: [ours(work), ...peers.map(([script, variant]) => peer(script, work, variant))],
});

/** A work that gives one figure a process. */
const repeated = (contestant: Contestant): Contestant => ({
  name: contestant.name,
  async run() {
    const all: Record<string, number[]> = {};
    for (let run = 0; run < Number(flags.runs); run++) {
      for (const [unit, values] of Object.entries(await contestant.run())) (all[unit] ??= []).push(...values);
    }
    return all;
  },
});

const torch = ['torch', 'eager'] as const;
const torchCompiled = ['torch', 'compiled'] as const;
const channelsLast = ['torch', 'channels-last'] as const;
const keras = ['keras', 'tensorflow'] as const;
const kerasOnJax = ['keras', 'jax'] as const;
const jax = ['jax', 'jit'] as const;
const scan = ['jax', 'scan'] as const;

const works: readonly Work[] = [
  compared('mlp-step', [torch, torchCompiled, keras, kerasOnJax, jax, scan]),
  compared('cnn-step', [torch, channelsLast, torchCompiled, keras, jax]),
  compared('mlp-embed', [torch, torchCompiled, keras, jax]),
  compared('cnn-embed', [torch, channelsLast, keras, jax]),
  { name: 'mlp-compile', contestants: [repeated(ours('mlp-compile'))] },
  { name: 'cnn-compile', contestants: [repeated(ours('cnn-compile'))] },
  {
    name: 'mlp-process',
    contestants: [
      repeated(ourProcess),
      ...([torch, keras, scan] as const).map(([script, variant]) => repeated(peerProcess(script, variant))),
    ],
  },
];

const sorted = (values: readonly number[]): number[] => [...values].sort((a, b) => a - b);
const median = (values: readonly number[]): number => sorted(values)[Math.floor(values.length / 2)];
const rounded = (value: number): string => value.toPrecision(3);

function report(work: string, by: string, all: Figures, own: Figures): void {
  for (const [unit, values] of Object.entries(all)) {
    const ratio = by !== 'twinspec' && own[unit] ? rounded(median(values) / median(own[unit])) : '';
    console.log(`| ${work} | ${by} | ${rounded(median(values))} ${unit} | ${rounded(sorted(values)[0])} | ${ratio} |`);
  }
}

const hasPython = await lines(python, ['-c', 'pass']).then(
  () => true,
  () => false,
);
if (!hasPython) console.log(`No Python at ${python}: peers are skipped.\n`);
console.log(
  `${cpus()[0].model}, ${cpus().length} cores, Node ${process.version}, medians of ${flags.runs} runs a round\n`,
);
console.log('| work | by | median | least | peer / twinspec |');
console.log('| --- | --- | --- | --- | --- |');
for (const { name, contestants } of works.filter((work) => !flags.only || flags.only.includes(work.name))) {
  const figures = new Map<string, Record<string, number[]>>();
  const present = contestants.slice(0, hasPython ? undefined : 1);
  for (let round = 1; round <= Number(flags.rounds); round++) {
    for (const contestant of present) {
      const all = figures.get(contestant.name) ?? {};
      figures.set(contestant.name, all);
      try {
        for (const [unit, values] of Object.entries(await contestant.run())) (all[unit] ??= []).push(...values);
      } catch (error) {
        console.log(`| ${name} | ${contestant.name} | failed: ${(error as Error).message.slice(0, 100)} | | |`);
      }
      if (round === Number(flags.rounds)) report(name, contestant.name, all, figures.get('twinspec')!);
    }
  }
}
rmSync(scratch, { recursive: true, force: true });
