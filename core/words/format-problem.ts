import type { Problem } from '../errors.js';

/** What a part of a text is, for whoever shows it in colours. */
export type Style = 'place' | 'strong' | 'faint' | 'error' | 'warning';
export type Paint = (style: Style, text: string) => string;

const plain: Paint = (_, text) => text;

/** One line: `file:line:column  what is wrong and what was received  what would be right  [CODE]`. */
export function formatProblem(problem: Problem): string {
  return [headOf(problem, plain), problem.hint, codeOf(problem)].filter(Boolean).join('  ');
}

/** A paragraph for people: what is wrong and where, the lines of the file around it, what would be right, the docs page. */
export function explainProblem(problem: Problem, paint: Paint = plain): string {
  const { frame, hint, docs, severity = 'error' } = problem;
  const tail = [hint, docs && paint('faint', `See ${docs}`)].filter((line) => line !== undefined);
  return [
    `${headOf(problem, paint)}  ${paint('faint', codeOf(problem))}`,
    frame && paintFrame(frame, severity, paint),
    tail.map((line) => `  ${line}`).join('\n'),
  ]
    .filter(Boolean)
    .join('\n');
}

function headOf(problem: Problem, paint: Paint): string {
  const { severity, message } = problem;
  const where = whereOf(problem);
  return [
    where && paint('place', where),
    `${severity === undefined ? '' : `${paint(severity, `${severity}:`)} `}${paint('strong', message)}`,
  ]
    .filter(Boolean)
    .join('  ');
}

function codeOf({ code }: Problem): string {
  return `[${code}]`;
}

function whereOf({ file, line, column, set, path }: Problem): string | undefined {
  if (set !== undefined) return `--set ${set}`;
  return [file, line, column].filter((part) => part !== undefined).join(':') || path;
}

function paintFrame(frame: string, style: Style, paint: Paint): string {
  return frame
    .split('\n')
    .map((line) => {
      if (line.startsWith('>')) return `${paint(style, '>')}${line.slice(1)}`;
      const mark = /^(\s+\| +)\^$/.exec(line);
      return mark ? `${paint('faint', mark[1])}${paint(style, '^')}` : paint('faint', line);
    })
    .join('\n');
}
