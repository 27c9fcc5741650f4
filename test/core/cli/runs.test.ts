import { spawnSync } from 'node:child_process';
import { readdir, realpath, writeFile } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { beforeEach, expect, it } from 'vitest';
import { stringify } from 'yaml';
import { blobSpec } from '../../support/blobs.js';
import { runNode } from '../../support/children.js';
import { compiled } from '../../support/compiled.js';
import { temporaryFolder } from '../../support/temporary-folder.js';

const { bin, plugin } = await compiled();
const folder = temporaryFolder();
let out: string;
beforeEach(() => {
  out = join(folder(), 'run');
});

/** Starts a training of so many epochs of 4 steps. */
async function train(epochs: number, ...flags: string[]) {
  const file = join(folder(), 'spec.yaml');
  const training = { learningRate: 0.01, batchSize: 16, epochs };
  await writeFile(file, stringify(blobSpec({ training })));
  return runNode([bin, 'train', file, '--out', out, '--plugin', plugin, ...flags]);
}

const resume = (...flags: string[]) => runNode([bin, 'resume', out, '--plugin', plugin, ...flags]);

it('tells the time of a step where there were steps', async () => {
  const first = await (await train(2, '--quiet')).ended;
  expect(first.stdout).toMatch(/^8 steps in \d+\.\d s, \d+\.\d\d ms a step$/m);
  const more = await resume('--quiet', '--set', 'training.epochs=3').ended;
  expect(more).toMatchObject({ status: 0, stderr: '' });
  expect(more.stdout).toMatch(/^12 steps, the last 4 in \d+\.\d s, \d+\.\d\d ms a step$/m);
});

it('refuses to go on where there is nothing left to do, and says what would be', async () => {
  await (
    await train(2, '--quiet')
  ).ended;
  const again = await resume('--quiet').ended;
  expect(again).toMatchObject({ status: 2, stdout: '' });
  expect(again.stderr).toContain('has ended: training.epochs is 2.  [RESUME_REFUSED]');
  expect(again.stderr).toContain('--set training.epochs=…');
});

it.each(['stdout', 'stderr'] as const)('stops without a word where nobody reads its %s any more', async (name) => {
  const { process, ended } = await train(10_000, ...(name === 'stdout' ? ['--json'] : []));
  process[name]!.once('data', () => process[name]!.destroy());
  const { status, stderr } = await ended;
  expect(status, stderr).toBe(141);
  expect(stderr).not.toContain('ABORTED');
  expect(await readdir(join(out, 'checkpoints'))).toHaveLength(2);
});

it('ends as by a closed pipe also where it was done', async () => {
  const { process, ended } = runNode([bin, 'schema']);
  process.stdout!.destroy();
  expect(await ended).toMatchObject({ status: 141, stderr: '' });
});

it('refuses to go on with a run that another process writes to, and leaves no lock', async () => {
  const first = await train(10_000, '--json');
  await first.until('step');
  const second = await resume().ended;
  expect(second).toMatchObject({ status: 2, stdout: '' });
  expect(second.stderr).toContain(`Process ${first.process.pid} on `);
  first.process.kill('SIGTERM');
  expect(await first.ended).toMatchObject({ status: 143 });
  expect(await readdir(out)).not.toContain('run.lock');
});

it('waits at the first signal for what it is at, and ends at once at the second', async () => {
  const slow = join(folder(), 'slow.mjs');
  await writeFile(
    slow,
    `import { defineDataset } from 'twinspec/plugin';
     const load = () => new Promise(() => {
       setInterval(() => undefined, 1000);
       process.once('SIGINT', () => process.stdout.write('{"type":"signalled"}\\n'));
       process.stdout.write('{"type":"loading"}\\n');
     });
     export default defineDataset({ name: 'slow', summary: 'Never comes.', yields: 'pairs', create: () => ({ load }) });`,
  );
  const { process, until, ended } = await train(1, '--plugin', slow, '--set', 'dataset=slow');
  await until('loading');
  process.kill('SIGINT');
  await until('signalled');
  expect(process.exitCode).toBe(null);
  process.kill('SIGINT');
  const kill = setTimeout(() => process.kill('SIGKILL'), 10_000);
  expect(await ended).toMatchObject({ status: 130, signal: null, stderr: '' });
  clearTimeout(kill);
});

it('names pages of the documentation by where they lie', async () => {
  await writeFile(join(folder(), 'spec.yaml'), stringify({ ...blobSpec(), loss: 'none' }));
  const root = await realpath(join(bin, '../../../..'));
  const told = (cwd: string) =>
    spawnSync(process.execPath, [bin, 'validate', join(folder(), 'spec.yaml'), '--plugin', plugin], { cwd });
  const page = join('docs', 'reference', 'losses', 'README.md');
  expect(told(root).stderr.toString()).toContain(`See ${page}\n`);
  expect(told(join(root, '..')).stderr.toString()).toContain(`See ${join(basename(root), page)}\n`);
  expect(told(folder()).stderr.toString()).toContain(`See ${join(root, page)}\n`);
});

it('keeps what a plugin prints out of events and results', async () => {
  const loud = join(folder(), 'loud.mjs');
  await writeFile(
    loud,
    `import { defineDistance, safeNorm } from 'twinspec/plugin';
     console.log('loud: loaded'); console.info('loud: loaded'); console.table([1]); console.dir({ a: 1 });
     export default defineDistance({ name: 'loud', summary: 'Prints.', inject: ['tf'],
       create: (_options, tf) => ({ between(a, b) { console.log('loud: computed'); return safeNorm(tf, tf.sub(a, b)); } }) });`,
  );
  const { status, stdout, stderr } = await (await train(1, '--json', '--plugin', loud, '--set', 'distance=loud')).ended;
  expect(status, stderr).toBe(0);
  const events = stdout
    .trim()
    .split('\n')
    .map((line) => (JSON.parse(line) as { type: string }).type);
  expect([events[0], events.at(-1)]).toEqual(['started', 'finished']);
  expect(stderr).toContain('loud: computed');
});
