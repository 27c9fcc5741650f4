import { TwinspecError, type Problem } from '../errors.js';
import { codeFrame } from './code-frame.js';
import { errorPage } from './docs-page.js';
import { formatProblem } from './format-problem.js';
import type { Place } from './tree.js';

/** What is wrong, without where. */
export type Finding = Pick<Problem, 'code' | 'path' | 'message' | 'hint' | 'docs'>;

/** Collects problems, wherever they are found, and throws them in the order of the file. */
export interface Report {
  add(place: Place, finding: Finding): void;
  /** Throws one TwinspecError with the code of the first problem, if there is any. */
  settle(): void;
}

/** `most` problems are listed, the others counted. */
export function createReport(most: number): Report {
  const found: { place: Place; finding: Finding }[] = [];
  return {
    add: (place, finding) => void found.push({ place, finding }),
    settle() {
      if (found.length === 0) return;
      const inOrder = found.sort((a, b) => a.place.order - b.place.order);
      const problems = inOrder.slice(0, most).map(({ place, finding }) => problemAt(place, finding));
      const rest = found.length - problems.length;
      const lines = [...problems.map(formatProblem), ...(rest > 0 ? [`… and ${rest} more.`] : [])];
      throw new TwinspecError(problems[0].code, lines.join('\n'), { problems });
    },
  };
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
