import { existsSync, readFileSync } from 'node:fs';
import { isAbsolute, relative } from 'node:path';
import { createJiti } from 'jiti';
import * as pluginApi from '../plugin/index.js';
import { nearest } from '../words/nearest.js';
import { TwinspecError, type Problem } from '../errors.js';
import { sharePluginApi } from './share-plugin-api.js';
import { codeFrame } from '../words/code-frame.js';
import { errorPage } from '../words/docs-page.js';
import { formatProblem } from '../words/format-problem.js';

/**
 * The default export of trusted code: a file, JavaScript or TypeScript, wherever it lies, or an npm package as `from`
 * sees it. Inside it `twinspec/plugin` is this running copy of Twinspec.
 *
 * @throws PLUGIN_LOAD with the line in the author's own code, where it does not compile or throws
 */
export async function importDefault(id: string, from: string = import.meta.url): Promise<unknown> {
  await sharePluginApi();
  const jiti = createJiti(from, {
    virtualModules: { 'twinspec/plugin': pluginApi },
    interopDefault: false,
    moduleCache: false,
    fsCache: false,
  });
  try {
    return defaultOf(await jiti.import(id));
  } catch (error) {
    throw loadError(error, isAbsolute(id) ? id : from);
  }
}

/** The default export of an ES module, of CommonJS, and of CommonJS that was compiled from an ES module. */
function defaultOf(module: unknown): unknown {
  const exported = has(module, 'default') ? module.default : module;
  return has(exported, '__esModule') && has(exported, 'default') ? exported.default : exported;
}

function has<K extends string>(value: unknown, key: K): value is Record<K, unknown> {
  return typeof value === 'object' && value !== null && key in value;
}

/** A path as people read it: from the working folder where it lies in there. */
export function shownPath(path: string): string {
  const way = relative('.', path);
  return way.startsWith('..') || isAbsolute(way) ? path : way;
}

function loadError(error: unknown, file: string): TwinspecError {
  const message = messageOf(error);
  const hint = hintFor(message);
  const problem: Problem = {
    code: 'PLUGIN_LOAD',
    ...(placeIn(error, message) ?? { file: shownPath(file) }),
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
  const name = culprit(message);
  if (!name?.startsWith('define')) return undefined;
  const meant = nearest(name, Object.keys(pluginApi));
  if (meant === undefined) return undefined;
  return meant === name ? `Import it: import { ${name} } from 'twinspec/plugin';` : `Did you mean ${meant}?`;
}

/** The name that a message complains about. */
function culprit(message: string): string | undefined {
  return /^(?:[\w$]+\.)*(\w+) is not (?:a function|defined)/.exec(message)?.[1];
}

const frames = /(?:\(|\s)(?:file:\/\/)?(\/[^\n()]+|[A-Za-z]:[\\/][^\n()]+):(\d+):(\d+)/g;

/** The first line of the stack that is somebody's own code, or where the compiler stopped. */
function placeIn(error: unknown, message: string): Pick<Problem, 'file' | 'line' | 'column' | 'frame'> | undefined {
  const stack = error instanceof Error ? (error.stack ?? '') : '';
  const end = stack.lastIndexOf('jiti.cjs'); // what comes after has asked for the import
  const text = end === -1 ? stack : stack.slice(0, end);
  const found = [...text.matchAll(frames)].find(([, path]) => !/[\\/]node_modules[\\/]/.test(path));
  if (found === undefined || !existsSync(found[1])) return undefined;
  const [, path, row, offset] = found;
  const lines = readFileSync(path, 'utf8').split(/\r?\n/);
  const { line, column } = correct(lines, Number(row), Number(offset), culprit(message));
  return { file: shownPath(path), line, column, frame: codeFrame(lines, line, column) };
}

/** The compiler keeps lines, mostly: a name that the message gives is looked for from there on. */
function correct(lines: readonly string[], line: number, column: number, name: string | undefined) {
  const word = name === undefined ? null : new RegExp(`\\b${name}\\b`);
  const at = word === null ? -1 : lines.findIndex((text, index) => index >= line - 1 && word.test(text));
  if (word !== null && at !== -1) return { line: at + 1, column: lines[at].search(word) + 1 };
  const text = lines[line - 1] ?? '';
  return { line, column: column <= text.length ? column : text.search(/\S|$/) + 1 };
}
