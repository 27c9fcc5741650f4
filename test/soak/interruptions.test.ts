import { readdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { stringify } from 'yaml';
import { beforeAll, describe, expect, it } from 'vitest';
import { train } from 'twinspec';
import { stream } from '../../core/random/stream.js';
import { temporaryFolder } from '../support/temporary-folder.js';
import { blobs, blobSpec } from '../support/blobs.js';
import { runNode, type Running } from '../support/children.js';
import { compiled, type Compiled } from '../support/compiled.js';
import { traceOf } from '../support/run-history.js';
import { counts } from '../support/soak.js';

const folder = temporaryFolder();
let program: Compiled;
beforeAll(async () => {
  program = await compiled();
});

/** A run that is saved after every step, long enough for so many interruptions. */
async function prepare(interruptions: number) {
  const spec = blobSpec({
    training: { learningRate: 0.003, batchSize: 16, epochs: 20 + 3 * interruptions, checkpoint: { everySteps: 1 } },
  });
  const file = join(folder(), 'spec.yaml');
  await writeFile(file, stringify(spec));
  const uncut = join(folder(), 'uncut');
  const { model } = await train(spec, { plugins: [blobs()], folder: { out: uncut } });
  await model.dispose();
  return { file, out: join(folder(), 'cut'), expected: await traceOf(uncut) };
}

const shared = () => ['--plugin', program.plugin, '--json'];
const start = (file: string, out: string) => runNode([program.bin, 'train', file, '--out', out, ...shared()]);
const goOn = (out: string) => runNode([program.bin, 'resume', out, ...shared()]);

/** Waits until the run saves, and then for a random moment. */
async function sometime(running: Running, random: { uniform(): number }) {
  await running.until('checkpointed');
  await wait(150 * random.uniform());
}

describe('a run that is interrupted', () => {
  it('by SIGKILL at random moments ends as if it had not been', { timeout: 3_600_000 }, async () => {
    const { file, out, expected } = await prepare(2 * counts.kills);
    const random = stream(1, 'kills');
    let running = start(file, out);
    let insideSave = 0;
    let kills = 0;
    while (kills < counts.kills || insideSave < counts.killsInsideSave) {
      await sometime(running, random);
      running.process.kill('SIGKILL');
      const { signal, stderr } = await running.ended;
      expect(signal, stderr).toBe('SIGKILL');
      kills++;
      if ((await readdir(join(out, 'checkpoints'))).some((name) => name.endsWith('.tmp'))) insideSave++;
      running = goOn(out);
    }
    const { status, stderr } = await running.ended;
    expect(status, stderr).toBe(0);
    expect(await traceOf(out)).toEqual(expected);
    counts.report(`${kills} SIGKILLs, ${insideSave} inside a save: ${kills} resumes, same weights, slots and history`);
  });

  it.each(['SIGINT', 'SIGTERM'] as const)(
    'by %s saves, says how to go on, and does',
    { timeout: 3_600_000 },
    async (name) => {
      const signals = counts.signals / 2;
      const { file, out, expected } = await prepare(signals);
      const random = stream(2, name);
      let running = start(file, out);
      for (let sent = 0; sent < signals; sent++) {
        await sometime(running, random);
        running.process.kill(name);
        const { status, stderr, stdout } = await running.ended;
        expect(status, stderr).toBe(name === 'SIGINT' ? 130 : 143);
        expect(stderr).toContain(`twinspec resume ${out}`);
        const told = Number(/after step (\d+)/.exec(stderr)![1]);
        expect((await traceOf(out)).step).toBe(told);
        expect(stdout).not.toContain('"type":"finished"');
        running = goOn(out);
      }
      const { status, stderr } = await running.ended;
      expect(status, stderr).toBe(0);
      expect(await traceOf(out)).toEqual(expected);
      counts.report(
        `${signals} ${name}: saved, status ${name === 'SIGINT' ? 130 : 143}, same weights, slots and history`,
      );
    },
  );
});
