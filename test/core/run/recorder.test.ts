import { existsSync } from 'node:fs';
import { open, readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { openRecorder, recordTo } from '../../../core/run/recorder.js';
import type { RunEvent } from '../../../core/training/events.js';
import { temporaryFolder } from '../../support/temporary-folder.js';

const folder = temporaryFolder();
const metrics = async () =>
  (await readFile(join(folder(), 'metrics.jsonl'), 'utf8'))
    .split('\n')
    .slice(0, -1)
    .map((line) => JSON.parse(line) as unknown);

const step = (number: number): RunEvent => ({
  type: 'step',
  step: number,
  epoch: 1,
  loss: 1 / number,
  learningRate: 0.001,
  samplesPerSecond: 1000,
});
const epoch: RunEvent = { type: 'epoch', epoch: 1, step: 3, loss: 0.5, seconds: 1, validation: null, followed: null };
const warning: RunEvent = { type: 'warning', message: 'line\nbreak' };

describe('recorder', () => {
  it('writes one event a line, in order', async () => {
    const recorder = await openRecorder(folder());
    const events = [warning, step(1), step(2), step(3), epoch];
    for (const event of events) recorder.record(event);
    await recorder.close();
    expect(await metrics()).toEqual(events);
  });

  it('has everything on the disk after a flush, and goes on', async () => {
    const recorder = await openRecorder(folder());
    recorder.record(step(1));
    await recorder.flush();
    expect(await metrics()).toEqual([step(1)]);
    recorder.record(step(2));
    await recorder.flush();
    expect(await metrics()).toEqual([step(1), step(2)]);
    await recorder.close();
    await recorder.close();
  });

  it('keeps up with thousands of events', async () => {
    const recorder = await openRecorder(folder());
    const events = Array.from({ length: 20_000 }, (_, index) => step(index + 1));
    for (const [index, event] of events.entries()) {
      recorder.record(event);
      if (index % 1000 === 0) await new Promise(setImmediate);
    }
    await recorder.close();
    expect(await metrics()).toEqual(events);
  });

  it('writes an event file for TensorBoard beside it', async () => {
    const recorder = await openRecorder(folder());
    recorder.record(warning);
    recorder.record(step(1));
    await recorder.close();
    const names = (await readdir(folder())).sort();
    expect(names).toEqual([expect.stringMatching(/^events\.out\.tfevents\.\d+\.twinspec$/), 'metrics.jsonl']);
    const bytes = await readFile(join(folder(), names[0]));
    // Each record: 8 bytes of length, 4 of checksum, the content, 4 of checksum.
    const lengths: number[] = [];
    for (let at = 0; at < bytes.length; at += 16 + lengths[lengths.length - 1]) {
      lengths.push(Number(bytes.readBigUInt64LE(at)));
    }
    expect(lengths.length).toBe(2);
    expect(bytes.includes('brain.Event:2')).toBe(true);
    expect(bytes.includes('train/loss')).toBe(true);
  });

  it('has a file even of a run without events', async () => {
    const recorder = await openRecorder(folder());
    await recorder.close();
    expect(await metrics()).toEqual([]);
    const [tensorboard] = (await readdir(folder())).sort();
    expect((await readFile(join(folder(), tensorboard))).includes('brain.Event:2')).toBe(true);
  });

  it('refuses a folder that another run writes into', async () => {
    const recorder = await openRecorder(folder());
    await expect(openRecorder(folder())).rejects.toMatchObject({ code: 'RUN_FOLDER' });
    await recorder.close();
    await expect(openRecorder(join(folder(), 'gone'))).rejects.toMatchObject({ code: 'STORAGE' });
  });

  it.runIf(existsSync('/dev/full'))('passes on that the disk is full, every time it is asked', async () => {
    const recorder = recordTo(await open('/dev/full', 'a'), 'metrics.jsonl');
    const full = { code: 'STORAGE', message: 'metrics.jsonl cannot be written: the disk is full.' };
    recorder.record(step(1));
    await expect(recorder.flush()).rejects.toMatchObject(full);
    expect(() => recorder.record(step(2))).toThrow(expect.objectContaining(full));
    await expect(recorder.close()).rejects.toMatchObject(full);
    await expect(recorder.close()).rejects.toMatchObject(full);
  });
});
