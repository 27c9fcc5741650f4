import { TwinspecError, type Problem } from '../../errors.js';
import { codeFrame } from '../../words/code-frame.js';
import { errorPage } from '../../words/docs-page.js';
import { formatProblem } from '../../words/format-problem.js';
import type { Place } from './tree.js';

/** What is wrong, without where. */
export type Finding = Pick<Problem, 'code' | 'severity' | 'path' | 'message' | 'hint' | 'docs'>;

/** Collects problems, wherever they are found, and gives them out in the order of the file. */
export interface Report {
  add(place: Place, finding: Finding): void;
  /** Hands the warnings out, then throws one TwinspecError with the code of the first error, if there is any. */
  settle(): void;
  /** The warnings that were handed out. */
  readonly warned: readonly Problem[];
}

interface Found {
  readonly place: Place;
  readonly finding: Finding;
}

/** `most` errors are listed, the others counted. */
export function createReport(most: number, onWarning: (warning: Problem) => void = () => undefined): Report {
  const errors: Found[] = [];
  const warnings: Found[] = [];
  const warned: Problem[] = [];
  return {
    warned,
    add: (place, finding) => void (finding.severity === 'warning' ? warnings : errors).push({ place, finding }),
    settle() {
      const told = inOrder(warnings.splice(0)).map(({ place, finding }) => problemAt(place, finding));
      warned.push(...told);
      told.forEach(onWarning);
      if (errors.length === 0) return;
      const listed = inOrder(errors).slice(0, most);
      const problems = listed.map(({ place, finding }) => problemAt(place, finding));
      const rest = errors.length - problems.length;
      const lines = [...problems.map(formatProblem), ...(rest > 0 ? [`… and ${rest} more.`] : [])];
      throw new TwinspecError(problems[0].code, lines.join('\n'), { problems });
    },
  };
}

function inOrder(found: readonly Found[]): Found[] {
  return [...found].sort((a, b) => a.place.order - b.place.order);
}

function problemAt({ lines, order: _, ...where }: Place, finding: Finding): Problem {
  const { line, column } = where;
  const framed = lines !== undefined && line !== undefined && column !== undefined;
  return Object.freeze({
    ...where,
    ...finding,
    docs: finding.docs ?? errorPage(finding.code),
    ...(framed ? { frame: codeFrame(lines(), line, column) } : {}),
  });
}
