import { createHash, randomUUID, type Hash } from 'node:crypto';
import { open, rename, rm, type FileHandle } from 'node:fs/promises';
import { totalmem } from 'node:os';
import { dirname } from 'node:path';
import { TwinspecError } from '../errors.js';
import { openPlain } from './plain-file.js';

const reasons: Readonly<Record<string, string>> = {
  EACCES: 'there is no permission',
  EBUSY: 'it is in use',
  EDQUOT: 'the disk quota is used up',
  EEXIST: 'a file of that name is in the way',
  EFBIG: 'it is larger than is allowed',
  EIO: 'the device reported an input/output error',
  EISDIR: 'a folder of that name is in the way',
  EMFILE: 'too many files are open',
  ELOOP: 'it is a link',
  ENAMETOOLONG: 'the name is too long',
  ENFILE: 'too many files are open',
  ENOENT: 'its folder does not exist',
  ENOSPC: 'the disk is full',
  ENOTPLAIN: 'it is no plain file of its own',
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

/** Size and content of a file that belongs to a manifest. */
export interface FileRecord {
  readonly bytes: number;
  readonly sha256: string;
}

/** What a file is written from: a text, bytes, or bytes in parts. */
export type Content = string | Uint8Array | readonly Uint8Array[];

/** So much is hashed, read or written at once: a few milliseconds. */
const pieceBytes = 2 ** 22;

export function sha256(content: string | Uint8Array): string {
  return createHash('sha256').update(content).digest('hex');
}

/**
 * Writes a file so that its path holds either the old content or all of the new one, also after a crash.
 *
 * @throws STORAGE
 */
export async function writeAtomically(file: string, content: Content): Promise<FileRecord> {
  const temporary = `${file}.${randomUUID()}.tmp`;
  try {
    const record = await writeDurably(temporary, content);
    await rename(temporary, file);
    await syncFolder(dirname(file));
    return record;
  } catch (error) {
    await rm(temporary, { force: true }).catch(() => undefined);
    throw storageError(error, file);
  }
}

/** Writes a new file and waits until its content is on the disk. */
export async function writeDurably(file: string, content: Content): Promise<FileRecord> {
  const parts = Array.isArray(content) ? (content as readonly Uint8Array[]) : [bytesOf(content as string | Uint8Array)];
  const bytes = parts.reduce((sum, part) => sum + part.length, 0);
  const hash = createHash('sha256');
  await withHandle(file, 'wx', async (handle) => {
    for (const piece of hashedPieces(parts, hash)) await handle.writeFile(piece);
    await handle.sync();
    const { size } = await handle.stat();
    if (size !== bytes) throw shortWrite(size);
  });
  return { bytes, sha256: hash.digest('hex') };
}

/** Reads all of a plain file piece by piece: neither reading nor hashing it holds the event loop. @throws EFBIG */
export async function readWhole(
  file: string,
  limit = Math.min(totalmem(), 2 ** 33),
): Promise<{ readonly bytes: Uint8Array; readonly record: FileRecord }> {
  return using(await openPlain(file), async (handle) => {
    const { size } = await handle.stat();
    if (size > limit) throw Object.assign(new Error(`${file} has ${size} bytes`), { code: 'EFBIG', syscall: 'read' });
    const bytes = new Uint8Array(size);
    const hash = createHash('sha256');
    let end = 0;
    for (let read = -1; read !== 0; end += read) {
      ({ bytesRead: read } = await handle.read(bytes, end, Math.min(pieceBytes, size - end), end));
      hash.update(bytes.subarray(end, end + read));
    }
    return { bytes: bytes.subarray(0, end), record: { bytes: end, sha256: hash.digest('hex') } };
  });
}

function* hashedPieces(parts: readonly Uint8Array[], hash: Hash): Generator<Uint8Array> {
  for (const part of parts) {
    for (let start = 0; start < part.length; start += pieceBytes) {
      const piece = part.subarray(start, start + pieceBytes);
      hash.update(piece);
      yield piece;
    }
  }
}

function bytesOf(content: string | Uint8Array): Uint8Array {
  return typeof content === 'string' ? Buffer.from(content) : content;
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

async function withHandle<T>(path: string, flags: string, use: (handle: FileHandle) => Promise<T>): Promise<T> {
  return using(await open(path, flags), use);
}

async function using<T>(handle: FileHandle, use: (handle: FileHandle) => Promise<T>): Promise<T> {
  try {
    return await use(handle);
  } finally {
    await handle.close();
  }
}
