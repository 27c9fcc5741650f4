import { createRequire } from 'node:module';
import { dirname, isAbsolute, join, relative } from 'node:path';
import type { Writable } from 'node:stream';
import { styleText } from 'node:util';
import type { Problem } from '../errors.js';
import { explainProblem, type Style } from '../words/format-problem.js';

/** What the commands may touch of the process. */
export interface Terminal {
  readonly stdout: Writable;
  readonly stderr: Writable & { readonly isTTY?: boolean; readonly columns?: number; hasColors?(): boolean };
  /** Aborted by SIGINT, SIGTERM and, where the output is closed, SIGPIPE; the reason is the name. */
  readonly signal: AbortSignal;
}

/** How the user calls the program: it is on no path where npx runs it. */
export function programName(): string {
  return process.env['npm_command'] === 'exec' ? 'npx twinspec' : 'twinspec';
}

export function print(terminal: Terminal, text: string): void {
  terminal.stdout.write(`${text}\n`);
}

const colours = { place: 'cyan', strong: 'bold', faint: 'dim', error: 'red', warning: 'yellow' } as const;

/** A text for stderr, in colours where that is a terminal that shows them. */
export function paint({ stderr }: Pick<Terminal, 'stderr'>, style: Style, text: string): string {
  return stderr.hasColors?.() ? styleText(colours[style], text, { validateStream: false }) : text;
}

/** Problems for people, a paragraph each. */
export function problemsText(terminal: Terminal, problems: readonly Problem[]): string {
  return problems
    .map(({ hint, docs, ...problem }) => ({
      ...problem,
      ...(hint !== undefined && { hint: withPages(hint) }),
      ...(docs !== undefined && { docs: withPages(docs) }),
    }))
    .map((problem) => explainProblem(problem, (style, text) => paint(terminal, style, text)))
    .join('\n\n');
}

/** A text with each page of the documentation as a path from the working folder: they lie in the package. */
export function withPages(text: string): string {
  return text.replace(/(?<![\w/.-])docs\/reference\/[\w/-]+\.md\b/g, (page) => {
    const file = join(dirname(createRequire(import.meta.url).resolve('twinspec/package.json')), page);
    const way = relative('.', file);
    return way.startsWith('..') || isAbsolute(way) ? file : way;
  });
}

/** Columns padded to their widest cell; numbers, which end with a digit or %, stand to the right. */
export function table(rows: readonly (readonly string[])[]): string {
  const widths = rows[0].map((_, column) => Math.max(...rows.map((row) => row[column].length)));
  const isNumber = (cell: string) => /^[−\d.,]+ ?(%|s|ms)?$/.test(cell);
  return rows
    .map((row) =>
      row
        .map((cell, column) => (isNumber(cell) ? cell.padStart(widths[column]) : cell.padEnd(widths[column])))
        .join('  ')
        .trimEnd(),
    )
    .join('\n');
}
