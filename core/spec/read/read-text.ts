import { createReadStream } from 'node:fs';
import { TwinspecError } from '../../errors.js';
import { errorPage } from '../../words/docs-page.js';
import { formatProblem } from '../../words/format-problem.js';
import { sameName } from '../../words/same-name.js';
import type { Limits } from './limits.js';

/**
 * The text of a spec file, which messages call `name`. Reads no more than one byte past the limit. Rejects with SPEC_FILE
 * when it is missing, a folder, too large or not UTF-8.
 */
export async function readText(path: string, name: string, { bytes }: Limits): Promise<string> {
  const chunks: Buffer[] = [];
  try {
    for await (const chunk of createReadStream(path, { end: bytes })) chunks.push(chunk as Buffer);
  } catch (error) {
    throw unreadable(path, name, error);
  }
  const text = Buffer.concat(chunks);
  if (text.length > bytes)
    throw fault(name, `The spec is larger than ${bytes} bytes.`, 'A spec names data, it does not hold them.');
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(text);
  } catch (cause) {
    throw fault(name, 'The spec is not UTF-8 text.', 'Save it with the encoding UTF-8.', cause);
  }
}

function unreadable(path: string, file: string, cause: unknown): TwinspecError {
  const code = (cause as NodeJS.ErrnoException).code;
  if (code === 'ENOENT')
    return fault(
      file,
      'There is no such file.',
      sameName(path) ?? 'Check the path; it starts in the working folder.',
      cause,
    );
  if (code === 'EISDIR') return fault(file, 'This is a folder.', 'Name the YAML file in it.', cause);
  if (code === 'EACCES')
    return fault(file, 'The file cannot be read: no permission.', 'Allow your user to read it.', cause);
  return fault(file, `The file cannot be read: ${code ?? String(cause)}.`, 'Check the path.', cause);
}

function fault(file: string, message: string, hint: string, cause?: unknown): TwinspecError {
  const problem = { code: 'SPEC_FILE' as const, file, message, hint, docs: errorPage('SPEC_FILE') };
  return new TwinspecError('SPEC_FILE', formatProblem(problem), { problems: [problem], cause });
}
