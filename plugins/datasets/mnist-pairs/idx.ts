import { createHash } from 'node:crypto';
import { open, type FileHandle } from 'node:fs/promises';
import { TwinspecError } from 'twinspec/plugin';

/** What an IDX file of bytes has to hold. */
export interface IdxFile {
  /** Rows first, such as [60000, 28, 28]. */
  readonly shape: readonly number[];
  /** Of the whole file, hexadecimal. */
  readonly sha256: string;
}

const chunkSize = 4 * 1024 * 1024;
const dataHint = 'Reinstall the package with `npm ci`.';

/**
 * Reads the values of an IDX file into `target`, row-major. The format has no checksum of its own, so size, header and
 * sha256 all have to be as expected.
 *
 * @throws DATA_FILE with what was expected and what was found; `signal.reason` when aborted
 */
export async function readIdx(file: string, expected: IdxFile, target: Uint8Array, signal: AbortSignal): Promise<void> {
  signal.throwIfAborted();
  const handle = await open(file).catch(unreadable(file));
  try {
    await readChecked(handle, file, expected, target, signal);
  } finally {
    await handle.close();
  }
}

async function readChecked(
  handle: FileHandle,
  file: string,
  { shape, sha256 }: IdxFile,
  target: Uint8Array,
  signal: AbortSignal,
): Promise<void> {
  const header = headerOf(shape);
  const { size } = await handle.stat();
  expectSame(file, bytes(header.length + target.length), bytes(size));

  const start = new Uint8Array(header.length);
  await fill(handle, file, start, 0);
  expectSame(file, `header ${hex(header)}`, `header ${hex(start)}`);

  const hash = createHash('sha256').update(start);
  for (let offset = 0; offset < target.length; offset += chunkSize) {
    signal.throwIfAborted();
    const chunk = target.subarray(offset, offset + chunkSize);
    await fill(handle, file, chunk, header.length + offset);
    hash.update(chunk);
  }
  expectSame(file, `sha256 ${sha256}`, `sha256 ${hash.digest('hex')}`);
}

/** Magic number (0, 0, 8 for uint8, rank), then each dimension, big-endian. */
function headerOf(shape: readonly number[]): Uint8Array {
  const header = Buffer.alloc(4 + 4 * shape.length);
  header.set([0, 0, 8, shape.length]);
  shape.forEach((dimension, axis) => header.writeUInt32BE(dimension, 4 + 4 * axis));
  return header;
}

async function fill(handle: FileHandle, file: string, target: Uint8Array, position: number): Promise<void> {
  for (let done = 0; done < target.length;) {
    const { bytesRead } = await handle
      .read(target, done, target.length - done, position + done)
      .catch(unreadable(file));
    if (bytesRead === 0) expectSame(file, bytes(position + target.length), bytes(position + done));
    done += bytesRead;
  }
}

function unreadable(file: string) {
  return (cause: NodeJS.ErrnoException): never => {
    const why = cause.code === 'ENOENT' ? 'is missing' : `cannot be read (${cause.code})`;
    throw new TwinspecError('DATA_FILE', `The data file ${file} ${why}.`, { hint: dataHint, cause });
  };
}

function expectSame(file: string, expected: string, found: string): void {
  if (expected === found) return;
  const message = `The data file ${file} is damaged or another one: expected ${expected}, found ${found}.`;
  throw new TwinspecError('DATA_FILE', message, { hint: dataHint });
}

const bytes = (count: number) => `${count} bytes`;

function hex(bytes: Uint8Array): string {
  return Buffer.from(bytes).toString('hex');
}
