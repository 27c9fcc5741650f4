import { readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { loadLatest, readCheckpoint, saveCheckpoint, type SavedRun } from '../../../core/run/checkpoints.js';
import { newProgress } from '../../../core/training/progress.js';
import { counts } from '../../support/soak.js';
import { exampleSpec } from '../../support/example-spec.js';
import { temporaryFolder } from '../../support/temporary-folder.js';

type Fault = (call: string) => void;
const fault = vi.hoisted(() => ({ before: null as Fault | null, shortWrites: false }));

/** The real file system, with a hook before every call of a save. */
vi.mock('node:fs/promises', async (importOriginal) => {
  const real = await importOriginal<typeof import('node:fs/promises')>();
  const watched = <T extends (...args: never[]) => unknown>(name: string, call: T) =>
    ((...args: Parameters<T>) =>
      Promise.resolve().then(() => {
        fault.before?.(name);
        return call(...args);
      })) as unknown as T;
  return {
    ...real,
    mkdir: watched('mkdir', real.mkdir),
    rename: watched('rename', real.rename),
    rm: watched('rm', real.rm),
    open: watched('open', async (...args: Parameters<typeof real.open>) => {
      const handle = await real.open(...args);
      const { writeFile, sync, close } = handle;
      handle.writeFile = watched('write', (data: string) =>
        writeFile.call(handle, fault.shortWrites ? Buffer.from(data).subarray(1) : data),
      );
      handle.sync = watched('fsync', () => sync.call(handle));
      handle.close = () =>
        close.call(handle).then(() => {
          fault.before?.('close');
        });
      return handle;
    }),
  };
});

const folder = temporaryFolder();
const saved = (step: number): SavedRun => ({
  spec: exampleSpec,
  dataset: '0'.repeat(64),
  logs: { 'metrics.jsonl': 7 * step },
  progress: { ...newProgress(), step },
  tensors: {
    'weights/base/0/kernel': { shape: [2, 2], data: Float32Array.of(1, -2, step, 0.5) },
    'slots/rms/base/0/kernel': { shape: [2, 2], data: Float32Array.of(0, 1, 2, 3) },
  },
});

afterEach(() => {
  fault.before = null;
  fault.shortWrites = false;
});

function failAt(number: number, code: string): string[] {
  const calls: string[] = [];
  fault.before = (call) => {
    calls.push(call);
    if (calls.length === number) throw Object.assign(new Error(code), { code, syscall: call });
  };
  return calls;
}

describe('a fault while a checkpoint is saved', () => {
  it.each(['ENOSPC', 'EIO', 'EACCES', 'EROFS'])('%s at each system call', async (code) => {
    await saveCheckpoint(folder(), saved(1));
    const all = failAt(Infinity, code);
    await saveCheckpoint(folder(), saved(2));
    expect(new Set(all)).toEqual(new Set(['mkdir', 'open', 'write', 'fsync', 'close', 'rm', 'rename']));
    for (let number = 1; number <= all.length; number++) {
      const step = 10 + number;
      const calls = failAt(number, code);
      const saving = saveCheckpoint(folder(), saved(step));
      await expect(saving, `${code} at ${all[number - 1]}, call ${number}`).rejects.toMatchObject({ code: 'STORAGE' });
      expect(calls.length).toBeGreaterThanOrEqual(number);
      fault.before = null;
      const { saved: found, damaged } = await loadLatest(folder());
      expect(damaged).toEqual([]);
      // Where the fault comes after the rename the checkpoint may be there, whole; it was not reported as saved.
      expect([2, step]).toContain(found.progress.step);
      if (found.progress.step === step) await rm(join(folder(), 'checkpoints', String(step)), { recursive: true });
      expect((await readdir(join(folder(), 'checkpoints'))).sort()).toEqual(['1', '2']);
    }
  });

  it('a short write', async () => {
    await saveCheckpoint(folder(), saved(1));
    fault.shortWrites = true;
    await expect(saveCheckpoint(folder(), saved(2))).rejects.toMatchObject({ code: 'STORAGE' });
    fault.shortWrites = false;
    expect((await loadLatest(folder())).saved.progress.step).toBe(1);
  });
});

describe('a damaged checkpoint', () => {
  it('is found by every truncation and every flipped bit', { timeout: 600_000 }, async () => {
    const path = await saveCheckpoint(folder(), saved(1));
    expect(await readCheckpoint(path)).toEqual(saved(1));
    let trials = 0;
    for (const name of await readdir(path)) {
      const file = join(path, name);
      const whole = await readFile(file);
      const isFound = async (bytes: Uint8Array) => {
        await writeFile(file, bytes);
        trials++;
        await expect(readCheckpoint(path), `${name}, ${bytes.length} bytes`).rejects.toMatchObject({
          code: 'CHECKPOINT_INVALID',
        });
      };
      for (let length = 0; length < whole.length; length += counts.everyByte) await isFound(whole.subarray(0, length));
      await isFound(whole.subarray(0, -1));
      for (let bit = 0; bit < 8 * whole.length; bit += counts.everyBit) {
        const flipped = Uint8Array.from(whole);
        flipped[bit >> 3] ^= 1 << (bit & 7);
        await isFound(flipped);
      }
      await writeFile(file, whole);
    }
    expect(await readCheckpoint(path)).toEqual(saved(1));
    counts.report(`${trials} damaged checkpoints, ${trials} found`);
  });
});
