import { readFileSync } from 'node:fs';
import { isAbsolute, relative } from 'node:path';
import { createJiti } from 'jiti';
import * as pluginApi from '../plugin/index.js';
import { nearest } from '../plugin/nearest.js';
import { TwinspecError, type Problem } from '../errors.js';
import { codeFrame } from '../spec/code-frame.js';
import { errorPage } from '../spec/docs-page.js';
import { formatProblem } from '../spec/format-problem.js';

/**
 * The default export of trusted code: a file, JavaScript or TypeScript, wherever it lies, or an npm package as `from`
 * sees it. Inside it `twinspec/plugin` is this running copy of Twinspec.
 *
 * @throws PLUGIN_LOAD with the line in the author's own code, where it does not compile or throws
 */
export function importDefault(id: string, from: string = import.meta.url): unknown {
  const jiti = createJiti(from, {
    virtualModules: { 'twinspec/plugin': pluginApi },
    interopDefault: false,
    moduleCache: false,
    fsCache: false,
  });
  try {
    // Not jiti.import: that leaves .js files of a project of type module to Node, which knows nothing of this copy.
    return (jiti(id) as { default?: unknown }).default;
  } catch (error) {
    throw loadError(error, id);
  }
}

/** A path as people read it: from the working folder where it lies in there. */
export function shownPath(path: string): string {
  const way = relative('.', path);
  return way.startsWith('..') || isAbsolute(way) ? path : way;
}

function loadError(error: unknown, id: string): TwinspecError {
  const message = messageOf(error);
  const place = placeIn(error);
  const hint = hintFor(message);
  const problem: Problem = {
    code: 'PLUGIN_LOAD',
    ...(place ?? { file: isAbsolute(id) ? shownPath(id) : id }),
    message: `This cannot be loaded: ${message}`,
    ...(hint !== undefined && { hint }),
    docs: errorPage('PLUGIN_LOAD'),
  };
  return new TwinspecError('PLUGIN_LOAD', formatProblem(problem), { problems: [problem], cause: error });
}

/** Without what the compiler put in: its own prefix, and its way to call what was imported. */
function messageOf(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  const [first] = error.message.split('\n');
  return first
    .replace(/^ParseError: /, '')
    .replace(/\(0 ?, ?[\w$]+\.(\w+)\)/, '$1')
    .trim()
    .replace(/\.?$/, '.');
}

function hintFor(message: string): string | undefined {
  const [, name] = /^(\w+) is not a function/.exec(message) ?? [];
  if (name === undefined || !name.startsWith('define')) return undefined;
  const meant = nearest(name, Object.keys(pluginApi));
  return meant && meant !== name ? `Did you mean ${meant}?` : undefined;
}

/** The first line of the stack that is somebody's own code, or where the compiler stopped. */
function placeIn(error: unknown): Pick<Problem, 'file' | 'line' | 'column' | 'frame'> | undefined {
  const text = error instanceof Error ? (error.stack ?? '') : '';
  for (const [, path, line, column] of text.matchAll(/(?:\(|\s)(?:file:\/\/)?(\/[^\n()]+|[A-Za-z]:[\\/][^\n()]+):(\d+):(\d+)/g)) {
    if (/[\\/]node_modules[\\/]|[\\/]core[\\/]wiring[\\/]/.test(path)) continue;
    const [at, offset] = [Number(line), Number(column)];
    return { file: shownPath(path), line: at, column: offset, ...frameOf(path, at, offset) };
  }
  return undefined;
}

function frameOf(path: string, line: number, column: number): { frame?: string } {
  try {
    return { frame: codeFrame(readFileSync(path, 'utf8').split(/\r?\n/), line, column) };
  } catch {
    return {};
  }
}
