import { createHash, randomFillSync } from 'node:crypto';
import { mkdir, readdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { monitorEventLoopDelay } from 'node:perf_hooks';
import { describe, expect, it } from 'vitest';
import { readWhole, storageError, writeAtomically } from '../../../core/run/storage.js';
import { temporaryFolder } from '../../support/temporary-folder.js';

const folder = temporaryFolder();
const systemError = (code: string) => Object.assign(new Error(code), { code, syscall: 'write' });

describe('writeAtomically', () => {
  it('writes and replaces a file, and leaves nothing else', async () => {
    const file = join(folder(), 'a.txt');
    await writeAtomically(file, 'first, longer');
    await writeAtomically(file, new TextEncoder().encode('second'));
    expect(await readFile(file, 'utf8')).toBe('second');
    expect(await readdir(folder())).toEqual(['a.txt']);
  });

  it('keeps the old content when it fails', async () => {
    const file = join(folder(), 'a');
    await mkdir(file);
    await writeFile(join(file, 'inside'), 'old');
    await expect(writeAtomically(file, 'new')).rejects.toMatchObject({ code: 'STORAGE' });
    expect(await readdir(folder())).toEqual(['a']);
    expect(await readFile(join(file, 'inside'), 'utf8')).toBe('old');
  });

  it('says which file and why', async () => {
    const inNowhere = join(folder(), 'nowhere', 'a.txt');
    await expect(writeAtomically(inNowhere, '')).rejects.toMatchObject({
      code: 'STORAGE',
      message: `${inNowhere} cannot be written: its folder does not exist.`,
    });
  });

  it('serves many writers of one file', async () => {
    const file = join(folder(), 'a.txt');
    const contents = Array.from({ length: 20 }, (_, index) => String(index).repeat(1000));
    await Promise.all(contents.map((content) => writeAtomically(file, content)));
    expect(contents).toContain(await readFile(file, 'utf8'));
    expect(await readdir(folder())).toEqual(['a.txt']);
  });
});

describe('a file in parts', () => {
  // The sha256 of "abc" from FIPS 180-2, appendix B.1.
  const sha256 = 'ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad';

  it('is recorded by size and sha256 as it is written and read', async () => {
    const file = join(folder(), 'a');
    const parts = ['a', '', 'bc'].map((text) => new TextEncoder().encode(text));
    expect(await writeAtomically(file, parts)).toEqual({ bytes: 3, sha256 });
    const { bytes, record } = await readWhole(file);
    expect([Buffer.from(bytes).toString(), record]).toEqual(['abc', { bytes: 3, sha256 }]);
  });

  it('of many megabytes is written and read whole, and leaves the event loop free', async () => {
    const file = join(folder(), 'a');
    const data = randomFillSync(new Uint8Array(3e7));
    const delay = monitorEventLoopDelay({ resolution: 1 });
    delay.enable();
    await new Promise((resolve) => setTimeout(resolve, 20));
    const { sha256 } = await writeAtomically(file, [data.subarray(0, 5), data.subarray(5)]);
    const { bytes, record } = await readWhole(file);
    delay.disable();
    expect(Buffer.compare(bytes, data)).toBe(0);
    expect([sha256, record.sha256]).toEqual(Array(2).fill(createHash('sha256').update(data).digest('hex')));
    expect(delay.count).toBeGreaterThan(20);
  });
});

describe('storageError', () => {
  it.each([
    ['ENOSPC', 'the disk is full'],
    ['EACCES', 'there is no permission'],
    ['EROFS', 'the file system is read-only'],
    ['EIO', 'the device reported an input/output error'],
    ['EWHATEVER', 'the system reports EWHATEVER'],
  ])('puts %s in words', (code, words) => {
    expect(storageError(systemError(code), '/a/b')).toMatchObject({
      code: 'STORAGE',
      message: `/a/b cannot be written: ${words}.`,
    });
  });

  it('leaves errors alone that do not come from the system', () => {
    const bug = new TypeError('x is not a function');
    expect(storageError(bug, '/a/b')).toBe(bug);
  });
});
