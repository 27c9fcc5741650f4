import { TwinspecError, type ErrorCode, type Problem } from '../errors.js';
import { formatProblem } from './format-problem.js';
import type { Place } from './tree.js';

/** Collects problems, wherever they are found, and throws them in the order of the file. */
export interface Report {
  add(place: Place, problem: { code: ErrorCode; path?: string; message: string; hint?: string }): void;
  /** Throws one TwinspecError with the code of the first problem, if there is any. */
  settle(): void;
}

export function createReport(most: number): Report {
  const found: { order: number; problem: Problem }[] = [];
  return {
    add({ order, ...place }, problem) {
      found.push({ order, problem: Object.freeze({ ...place, ...problem }) });
    },
    settle() {
      if (found.length === 0) return;
      const problems = found.sort((a, b) => a.order - b.order).map(({ problem }) => problem);
      const listed = problems.slice(0, most);
      const rest = problems.length - listed.length;
      const lines = [...listed.map(formatProblem), ...(rest > 0 ? [`… and ${rest} more.`] : [])];
      throw new TwinspecError(listed[0].code, lines.join('\n'), { problems: listed });
    },
  };
}
