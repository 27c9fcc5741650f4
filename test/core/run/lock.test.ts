import { spawnSync } from 'node:child_process';
import { readdir, readFile, writeFile } from 'node:fs/promises';
import { hostname } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { lockFolder } from '../../../core/run/lock.js';
import { temporaryFolder } from '../../support/temporary-folder.js';

const folder = temporaryFolder();
const file = () => join(folder(), 'run.lock');
const leave = (owner: object, name = 'run.lock') =>
  writeFile(join(folder(), name), JSON.stringify({ host: hostname(), thread: 'another', ...owner }));
const { pid: gone } = spawnSync(process.execPath, ['--version']);

describe('lockFolder', () => {
  it('lets one in, and the next after that one', async () => {
    const release = await lockFolder(folder());
    await expect(lockFolder(folder())).rejects.toMatchObject({
      code: 'RUN_FOLDER',
      message: `Process ${process.pid} on ${hostname()} writes to ${folder()} already.`,
    });
    await release();
    expect(await readdir(folder())).toEqual([]);
    const releaseNext = await lockFolder(folder());
    await release();
    expect(await readdir(folder())).toEqual(['run.lock']);
    await releaseNext();
  });

  it.each([
    ['a process that is gone', gone],
    ['an earlier process of the same number', process.pid],
  ])('takes over from %s', async (_, pid) => {
    await leave({ pid });
    const release = await lockFolder(folder());
    expect(JSON.parse(await readFile(file(), 'utf8'))).toMatchObject({ pid: process.pid });
    await release();
    expect(await readdir(folder())).toEqual([]);
  });

  it('lets one of many take over', async () => {
    await leave({ pid: gone });
    for (const left of ['run.lock', 'run.lock.next']) {
      await leave({ pid: gone }, left);
      const outcomes = await Promise.allSettled(Array.from({ length: 20 }, () => lockFolder(folder())));
      expect(outcomes.filter(({ status }) => status === 'fulfilled')).toHaveLength(1);
      expect(await readdir(folder())).toEqual(['run.lock']);
      await leave({ pid: gone });
    }
  });

  it.each([
    ['a process that runs', { pid: process.ppid }],
    ['a process of another machine', { pid: gone, host: 'elsewhere' }],
    ['what it cannot read', { pid: 'none' }],
  ])('takes over from %s where it is told to', async (_, owner) => {
    await leave(owner);
    const release = await lockFolder(folder(), true);
    expect(JSON.parse(await readFile(file(), 'utf8'))).toMatchObject({ pid: process.pid });
    await release();
    expect(await readdir(folder())).toEqual([]);
  });

  it('leaves the lock of one that took over', async () => {
    const release = await lockFolder(folder());
    await leave({ pid: process.ppid });
    await release();
    expect(await readdir(folder())).toEqual(['run.lock']);
  });

  it.each([
    ['a process that runs', { pid: process.ppid }, `Process ${process.ppid} on ${hostname()}`],
    ['a process of another machine', { pid: gone, host: 'elsewhere' }, `Process ${gone} on elsewhere`],
    ['what it cannot read', { pid: 'none' }, 'Another process'],
  ])('keeps out of the way of %s', async (_, owner, who) => {
    await leave(owner);
    await expect(lockFolder(folder())).rejects.toMatchObject({
      code: 'RUN_FOLDER',
      message: `${who} writes to ${folder()} already.`,
      hint: `Wait for it or stop it. Where no run goes on there any more: twinspec resume ${folder()} --take-over`,
    });
    expect(await readdir(folder())).toEqual(['run.lock']);
  });

  it('refuses a folder that is not there', async () => {
    await expect(lockFolder(join(folder(), 'nowhere'))).rejects.toMatchObject({ code: 'RUN_FOLDER' });
  });
});
