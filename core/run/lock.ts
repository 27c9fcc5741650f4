import { randomUUID } from 'node:crypto';
import { open, rm } from 'node:fs/promises';
import { hostname } from 'node:os';
import { dirname, join } from 'node:path';
import { TwinspecError } from '../errors.js';
import { shellWord } from '../words/shell-word.js';
import { readPlainText } from './plain-file.js';
import { storageError } from './storage.js';

/** Ends a lock; to be called any number of times. */
export type Release = () => Promise<void>;

/** Who writes to a run folder, as its run.lock says. */
interface Owner {
  readonly pid: number;
  readonly host: string;
  /** Tells threads of one process apart. */
  readonly thread: string;
}

const here: Owner = { pid: process.pid, host: hostname(), thread: randomUUID() };

/**
 * Makes this process the only one that writes to a run folder. What a process left that is gone is taken over.
 *
 * @param takeOver also from a process that may still run: the caller knows that it does not
 * @throws RUN_FOLDER where another one writes to it, or there is no such folder; STORAGE
 */
export function lockFolder(folder: string, takeOver = false): Promise<Release> {
  return lockBy(join(folder, 'run.lock'), takeOver);
}

async function lockBy(file: string, takeOver: boolean): Promise<Release> {
  let mayTake = takeOver;
  while (!(await makeExclusively(file))) {
    const text = await read(file);
    if (text === null) continue;
    const owner = ownerOf(text);
    if (!mayTake && (owner === null || !isGone(owner))) throw inUse(file, owner);
    await removeLeftover(file, text);
    mayTake = false;
  }
  let released: Promise<void> | undefined;
  return () => (released ??= remove(file).catch(() => undefined));
}

/** Unless another one has taken it over. */
async function remove(file: string): Promise<void> {
  if ((await read(file)) === JSON.stringify(here)) await rm(file);
}

/** Of several that find a lock left, one at a time may remove it, so that none removes the new lock of another. */
async function removeLeftover(file: string, text: string): Promise<void> {
  const release = await lockBy(`${file}.next`, false);
  try {
    if ((await read(file)) === text) await rm(file);
  } catch (error) {
    throw storageError(error, file);
  } finally {
    await release();
  }
}

/** null where there is no such file. */
async function read(file: string): Promise<string | null> {
  return readPlainText(file, 4096).catch(({ code }: NodeJS.ErrnoException) => (code === 'ENOENT' ? null : ''));
}

/** False where the file is there already. */
async function makeExclusively(file: string): Promise<boolean> {
  const handle = await open(file, 'wx').catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'EEXIST') return null;
    if (error.code !== 'ENOENT' && error.code !== 'ENOTDIR') throw storageError(error, file);
    throw new TwinspecError('RUN_FOLDER', `There is no folder ${dirname(file)}.`, {
      hint: 'Name the folder of a run, such as runs/mnist-mlp-20260101-120000.',
    });
  });
  if (handle === null) return false;
  try {
    await handle.writeFile(JSON.stringify(here));
    await handle.sync();
    return true;
  } catch (error) {
    await rm(file, { force: true });
    throw storageError(error, file);
  } finally {
    await handle.close();
  }
}

/** null where the text is of no lock, such as that of a file that is just being written. */
function ownerOf(text: string): Owner | null {
  try {
    const owner = JSON.parse(text) as Partial<Owner> | null;
    return Number.isInteger(owner?.pid) && typeof owner?.host === 'string' ? (owner as Owner) : null;
  } catch {
    return null;
  }
}

/** A thread that was ended leaves its lock, and so does an earlier process of the same number. */
function isGone({ pid, host, thread }: Owner): boolean {
  if (host !== here.host) return false;
  if (pid === here.pid) return thread !== here.thread;
  try {
    process.kill(pid, 0);
    return false;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'ESRCH';
  }
}

function inUse(file: string, owner: Owner | null): TwinspecError {
  const who = owner === null ? 'Another process' : `Process ${owner.pid} on ${owner.host}`;
  return new TwinspecError('RUN_FOLDER', `${who} writes to ${dirname(file)} already.`, {
    hint: file.endsWith('.lock')
      ? `Wait for it or stop it. Where no run goes on there any more: twinspec resume ${shellWord(dirname(file))} --take-over`
      : `Wait for it or stop it. Where no run goes on there any more, delete ${file}.`,
  });
}
