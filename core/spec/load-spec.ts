import { open } from 'node:fs/promises';
import { TwinspecError } from '../errors.js';
import { defaultLimits, type Limits } from './limits.js';
import { parseSpec, type ReadOptions } from './parse-spec.js';
import type { Spec } from './spec.js';

/** Reads a spec file; see parseSpec. Rejects with SPEC_FILE when it is missing, a folder, too large or not UTF-8. */
export async function loadSpec(file: string, options: ReadOptions): Promise<Spec> {
  const limits = { ...defaultLimits, ...options.limits };
  return parseSpec(await readSpecText(file, limits), { ...options, file });
}

/** The text of a spec file. Reads no more than one byte past the limit. */
export async function readSpecText(file: string, { bytes }: Limits): Promise<string> {
  const buffer = Buffer.alloc(bytes + 1);
  let size = 0;
  try {
    const handle = await open(file, 'r');
    try {
      for (let read = -1; read !== 0 && size < buffer.length; size += read)
        ({ bytesRead: read } = await handle.read(buffer, size, buffer.length - size));
    } finally {
      await handle.close();
    }
  } catch (error) {
    throw unreadable(file, error);
  }
  if (size > bytes)
    throw fault(file, `The spec is larger than ${bytes} bytes.`, 'A spec names data, it does not hold them.');
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(buffer.subarray(0, size));
  } catch (cause) {
    throw fault(file, 'The spec is not UTF-8 text.', 'Save it with the encoding UTF-8.', cause);
  }
}

function unreadable(file: string, cause: unknown): TwinspecError {
  const code = (cause as NodeJS.ErrnoException).code;
  if (code === 'ENOENT')
    return fault(file, 'There is no such file.', 'Check the path; it starts in the working folder.', cause);
  if (code === 'EISDIR') return fault(file, 'This is a folder.', 'Name the YAML file in it.', cause);
  if (code === 'EACCES')
    return fault(file, 'The file cannot be read: no permission.', 'Allow your user to read it.', cause);
  return fault(file, `The file cannot be read: ${code ?? String(cause)}.`, 'Check the path.', cause);
}

function fault(file: string, message: string, hint: string, cause?: unknown): TwinspecError {
  const problem = { code: 'SPEC_FILE' as const, file, message, hint };
  return new TwinspecError('SPEC_FILE', `${file}: ${message}`, { hint, problems: [problem], cause });
}
