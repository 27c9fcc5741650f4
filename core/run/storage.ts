import { randomUUID } from 'node:crypto';
import { open, rename, rm, type FileHandle } from 'node:fs/promises';
import { dirname } from 'node:path';
import { TwinspecError } from '../errors.js';

const reasons: Readonly<Record<string, string>> = {
  EACCES: 'there is no permission',
  EBUSY: 'it is in use',
  EDQUOT: 'the disk quota is used up',
  EEXIST: 'a file of that name is in the way',
  EFBIG: 'it would become larger than is allowed',
  EIO: 'the device reported an input/output error',
  EISDIR: 'a folder of that name is in the way',
  EMFILE: 'too many files are open',
  ENAMETOOLONG: 'the name is too long',
  ENFILE: 'too many files are open',
  ENOENT: 'its folder does not exist',
  ENOSPC: 'the disk is full',
  ENOTDIR: 'a part of the path is a file, not a folder',
  EPERM: 'there is no permission',
  EROFS: 'the file system is read-only',
};

/** The STORAGE error for a failed write; an error that does not come from the system is returned as it is. */
export function storageError(error: unknown, path: string): unknown {
  const { code, syscall } = error as NodeJS.ErrnoException;
  if (!(error instanceof Error) || code === undefined || syscall === undefined) return error;
  const reason = reasons[code] ?? `the system reports ${code}`;
  return new TwinspecError('STORAGE', `${path} cannot be written: ${reason}.`, { cause: error });
}

/**
 * Writes a file so that its path holds either the old content or all of the new one, also after a crash.
 *
 * @throws STORAGE
 */
export async function writeAtomically(file: string, content: string | Uint8Array): Promise<void> {
  const temporary = `${file}.${randomUUID()}.tmp`;
  try {
    await writeDurably(temporary, content);
    await rename(temporary, file);
    await syncFolder(dirname(file));
  } catch (error) {
    await rm(temporary, { force: true }).catch(() => undefined);
    throw storageError(error, file);
  }
}

/** Writes a new file and waits until its content is on the disk. */
export async function writeDurably(file: string, content: string | Uint8Array): Promise<void> {
  await withHandle(file, 'wx', async (handle) => {
    await handle.writeFile(content);
    await handle.sync();
    const { size } = await handle.stat();
    if (size !== Buffer.byteLength(content)) throw shortWrite(size);
  });
}

function shortWrite(size: number): Error {
  return Object.assign(new Error(`only ${size} bytes were written`), { code: 'ENOSPC', syscall: 'write' });
}

/** Makes new names in a folder durable. Windows does this by itself and cannot open folders; some network drives cannot. */
export async function syncFolder(folder: string): Promise<void> {
  if (process.platform === 'win32') return;
  await withHandle(folder, 'r', (handle) => handle.sync()).catch((error: NodeJS.ErrnoException) => {
    if (error.code !== 'EINVAL' && error.code !== 'ENOTSUP') throw error;
  });
}

async function withHandle(path: string, flags: string, use: (handle: FileHandle) => Promise<void>): Promise<void> {
  const handle = await open(path, flags);
  try {
    await use(handle);
  } finally {
    await handle.close();
  }
}
