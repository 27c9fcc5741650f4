import type { Problem } from '../errors.js';

/** One line: `file:line:column  what is wrong and what was received  what would be right  [CODE]`. */
export function formatProblem({ file, line, column, set, path, message, hint, code }: Problem): string {
  const where =
    set === undefined ? [file, line, column].filter((part) => part !== undefined).join(':') : `--set ${set}`;
  return [where || path, message, hint, `[${code}]`].filter(Boolean).join('  ');
}
