import type { Problem } from '../errors.js';

/** One line: `file:line:column  what is wrong and what was received  what would be right  [CODE]`. */
export function formatProblem(problem: Problem): string {
  return [...headOf(problem), problem.hint, `[${problem.code}]`].filter(Boolean).join('  ');
}

/** A paragraph for people: what is wrong and where, the lines of the file around it, what would be right, the docs page. */
export function explainProblem(problem: Problem): string {
  const head = [...headOf(problem), `[${problem.code}]`].filter(Boolean).join('  ');
  const tail = [problem.hint, problem.docs && `See ${problem.docs}`].filter((line) => line !== undefined);
  return [head, problem.frame, tail.map((line) => `  ${line}`).join('\n')].filter(Boolean).join('\n');
}

function headOf(problem: Problem): (string | undefined)[] {
  const { severity, message } = problem;
  return [whereOf(problem), severity === undefined ? message : `${severity}: ${message}`];
}

function whereOf({ file, line, column, set, path }: Problem): string | undefined {
  if (set !== undefined) return `--set ${set}`;
  return [file, line, column].filter((part) => part !== undefined).join(':') || path;
}
