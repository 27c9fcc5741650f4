import { constants } from 'node:fs';
import { open, type FileHandle } from 'node:fs/promises';

const { O_APPEND, O_NOFOLLOW = 0, O_NONBLOCK = 0, O_RDONLY, O_WRONLY } = constants;

/** Bytes of a JSON file of a run or a model, at most. */
export const jsonBytes = 2 ** 24;

/**
 * Opens a plain file: neither what a link leads to nor a device nor a pipe, which could be anything.
 *
 * @throws an error of the system, with the code ELOOP for a link and ENOTPLAIN for what else is no plain file
 */
export async function openPlain(file: string, mode: 'read' | 'append' = 'read'): Promise<FileHandle> {
  const handle = await open(file, (mode === 'read' ? O_RDONLY : O_WRONLY | O_APPEND) | O_NOFOLLOW | O_NONBLOCK);
  try {
    const stats = await handle.stat();
    if (stats.isDirectory()) throw notPlain(file, 'EISDIR');
    // What is changed must be nobody else's file under another name.
    if (!stats.isFile() || (mode === 'append' && stats.nlink > 1)) throw notPlain(file, 'ENOTPLAIN');
    return handle;
  } catch (error) {
    await handle.close();
    throw error;
  }
}

/** The text of a plain file of a bounded size. @throws what `openPlain` throws, and EFBIG */
export async function readPlainText(file: string, limit = jsonBytes): Promise<string> {
  const handle = await openPlain(file);
  try {
    const { size } = await handle.stat();
    if (size > limit) throw notPlain(file, 'EFBIG');
    const bytes = Buffer.alloc(size);
    const { bytesRead } = await handle.read(bytes, 0, size, 0);
    return bytes.toString('utf8', 0, bytesRead);
  } finally {
    await handle.close();
  }
}

function notPlain(file: string, code: string): Error {
  return Object.assign(new Error(`${file} is no plain file of a usual size`), { code, syscall: 'open' });
}
