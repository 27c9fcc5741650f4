import { Composer, CST, isMap, isScalar, isSeq, Lexer, Parser, type Document, type ParsedNode } from 'yaml';
import { refusedKeys } from '../../plugin/option-faults.js';
import type { Limits } from './limits.js';
import { createReport, type Report } from './report.js';
import { syntaxProblem } from './syntax-problem.js';
import { emptyMapping } from '../../schema/mapping.js';
import { child, dotted, type Place, type Places, type Tree } from './tree.js';
import { quote as quoted } from '../../words/received.js';

/** The text of a spec and what it is called in messages. */
export interface Source {
  readonly text: string;
  readonly limits: Limits;
  /** The place of an offset into the text. */
  readonly place: (offset: number) => Place;
}

interface Tokens {
  readonly tokens: readonly CST.Token[];
  /** Whether all of the text was read. */
  readonly complete: boolean;
  /** Offset of the last quote that was opened. */
  readonly quote: number;
}

const refusedTokens: Readonly<Record<string, readonly [what: string, hint: string]>> = {
  tag: ['A YAML tag', 'Specs are plain data: remove the tag.'],
  anchor: ['A YAML anchor', 'Specs have no anchors and aliases: write the value out where it is needed.'],
  alias: ['A YAML alias', 'Specs have no anchors and aliases: write the value out where it is needed.'],
  'directive-line': ['A YAML directive', 'Remove the line; specs are YAML 1.2 without directives.'],
};

/** There are at least as many nodes as tokens of any one of these groups; readNodes counts exactly. */
const counted: Readonly<Record<string, string>> = {
  scalar: 'node',
  'single-quoted-scalar': 'node',
  'double-quoted-scalar': 'node',
  'block-scalar-header': 'node',
  'flow-map-start': 'node',
  'flow-seq-start': 'node',
  'seq-item-ind': 'item',
  'explicit-key-ind': 'key',
  'map-value-ind': 'value',
  comma: 'comma',
};

// YAML allows tabs and line ends only; anything else of this range would also be taken for a lexer's own marks.
const controls = /[\u0000-\u0008\u000b\u000c\u000e-\u001f\u007f]/;

/**
 * Reads one YAML document as plain data, with the place of everything. Throws SPEC_FILE for a text that is empty or too
 * large and SPEC_SYNTAX for what is no YAML (its first error) or is YAML that specs do not allow (all of it): anchors, aliases,
 * tags, directives, a second document, repeated or dangerous keys, too much depth or too many nodes.
 */
export function parseYaml(source: Source): Tree {
  const { text, limits, place } = source;
  const report = createReport(limits.problems);
  const size = Buffer.byteLength(text);
  if (size > limits.bytes) {
    const message = `The spec has ${size} bytes; the limit is ${limits.bytes}.`;
    report.add(place(0), { code: 'SPEC_FILE', message, hint: 'A spec names data, it does not hold them.' });
    report.settle();
  }
  const control = controls.exec(text);
  if (control) {
    const message = `The control character ${quoted(control[0])} is not allowed.`;
    report.add(place(control.index), { code: 'SPEC_SYNTAX', message, hint: 'A spec is UTF-8 text.' });
    report.settle();
  }
  const tokens = tokenize(source, report);
  if (!tokens.complete) report.settle();
  const document = withoutStacks(() => composeOne(source, tokens, report));
  report.settle();
  if (!document?.contents) {
    const message = 'The spec is empty.';
    report.add(place(0), { code: 'SPEC_FILE', message, hint: '`twinspec init` writes one to start from.' });
    report.settle();
  }
  const tree = readNodes(source, document!.contents!, report);
  report.settle();
  return tree;
}

/** Reads tokens before anything is built from them: deep nesting would overflow the stack of the process. */
function tokenize({ text, limits, place }: Source, report: Report): Tokens {
  const tokens: CST.Token[] = [];
  const parser = new Parser();
  let inScalar = false;
  let quote = 0;
  let refusals = 0;
  const counts = new Map<string, number>();
  for (const lexeme of new Lexer().lex(text)) {
    const type: CST.TokenType | null = inScalar ? null : CST.tokenType(lexeme);
    inScalar = type === 'scalar';
    if (type === 'double-quoted-scalar' || type === 'single-quoted-scalar') quote = parser.offset;
    const refused = type === null ? undefined : refusedTokens[type];
    if (refused) {
      refusals += 1;
      const [what, hint] = refused;
      const message = `${what}, ${quoted(lexeme.trim())}, is not allowed in a spec.`;
      report.add(place(parser.offset), { code: 'SPEC_SYNTAX', message, hint });
    }
    for (const token of parser.next(lexeme)) tokens.push(token);
    if (refusals > limits.problems) return { tokens, complete: false, quote };
    const group = type === null ? undefined : counted[type];
    if (group !== undefined && count(counts, group) > limits.nodes) {
      report.add(place(parser.offset), tooMany(limits));
      return { tokens, complete: false, quote };
    }
    // The stack also holds the document and the scalar that is being read; readNodes counts exactly.
    if (parser.stack.length > limits.depth + 2) {
      report.add(place(parser.offset), tooDeep(limits));
      return { tokens, complete: false, quote };
    }
  }
  for (const token of parser.end()) tokens.push(token);
  return { tokens, complete: true, quote };
}

function count(counts: Map<string, number>, group: string): number {
  const now = (counts.get(group) ?? 0) + 1;
  counts.set(group, now);
  return now;
}

/** The library makes an error object for each of what may be 100,000 problems; their stacks cost most of the time. */
function withoutStacks<T>(run: () => T): T {
  const { stackTraceLimit } = Error;
  Error.stackTraceLimit = 0;
  try {
    return run();
  } finally {
    Error.stackTraceLimit = stackTraceLimit;
  }
}

function composeOne({ text, place }: Source, { tokens, quote }: Tokens, report: Report): Document.Parsed | null {
  // The library's check for repeated keys takes quadratic time; readNodes has its own.
  const composer = new Composer({ uniqueKeys: false, stringKeys: true, prettyErrors: false, logLevel: 'silent' });
  let first: Document.Parsed | null = null;
  for (const document of composer.compose(tokens, true, text.length)) {
    if (first) {
      const message = 'A second document starts here.';
      const hint = 'A spec is one document: remove the line --- and what follows, or make it a file of its own.';
      report.add(place(document.range[0]), { code: 'SPEC_SYNTAX', message, hint });
      break;
    }
    first = document;
    // What follows a syntax error are mostly its own consequences.
    const [error] = document.errors;
    if (!error) continue;
    const { offset, ...problem } = syntaxProblem(error, text, quote);
    report.add(place(offset), { code: 'SPEC_SYNTAX', ...problem });
  }
  return first;
}

function readNodes({ limits, place }: Source, contents: ParsedNode, report: Report): Tree {
  const places = new Map<string, Places>();
  let nodes = 0;

  function count(at: Place): boolean {
    nodes += 1;
    if (nodes === limits.nodes + 1) report.add(at, tooMany(limits));
    return nodes <= limits.nodes;
  }

  function read(node: ParsedNode | null, at: Place, pointer: string, depth: number): unknown {
    if (!count(at)) return null;
    if (node === null) return null;
    if (isScalar(node)) return node.value;
    if (depth >= limits.depth) {
      report.add(at, tooDeep(limits));
      return null;
    }
    if (isSeq(node)) {
      return node.items.map((item, index) => {
        const itemPlace = place(item.range[0]);
        const itemPointer = child(pointer, index);
        places.set(itemPointer, { key: itemPlace, value: itemPlace });
        return read(item, itemPlace, itemPointer, depth + 1);
      });
    }
    const mapping = emptyMapping();
    if (!isMap(node)) return mapping;
    const firstAt = new Map<string, Place>();
    for (const pair of node.items) {
      const keyNode = pair.key;
      const keyPlace = place(keyNode.range[0]);
      if (!count(keyPlace)) return null;
      const key = isScalar(keyNode) ? String(keyNode.value) : '';
      const keyPointer = child(pointer, key);
      const problem = keyProblem(key, firstAt.get(key));
      if (problem) report.add(keyPlace, { code: 'SPEC_SYNTAX', path: dotted(keyPointer), ...problem });
      if (problem) continue;
      firstAt.set(key, keyPlace);
      const valuePlace = pair.value ? place(pair.value.range[0]) : keyPlace;
      places.set(keyPointer, { key: keyPlace, value: pair.value && !isEmpty(pair.value) ? valuePlace : keyPlace });
      mapping[key] = read(pair.value, valuePlace, keyPointer, depth + 1);
    }
    return mapping;
  }

  const root = place(contents.range[0]);
  places.set('', { key: root, value: root });
  return { value: read(contents, root, '', 0), places };
}

/** A value that was left out stands at the end of its key, or of a comment lines below. */
function isEmpty(node: ParsedNode): boolean {
  return node.range[0] === node.range[1];
}

function keyProblem(key: string, first: Place | undefined): { message: string; hint: string } | null {
  if (refusedKeys.has(key)) return { message: `The key ${quoted(key)} is not allowed in a spec.`, hint: 'Remove it.' };
  if (!first) return null;
  const message = `The key ${quoted(key)} is given twice; the first is on line ${first.line}.`;
  return { message, hint: 'Keep one of them.' };
}

function tooMany(limits: Limits) {
  const message = `The spec has more than ${limits.nodes} keys and values.`;
  return { code: 'SPEC_SYNTAX' as const, message, hint: 'A spec names data, it does not hold them.' };
}

function tooDeep(limits: Limits) {
  const message = `The spec is nested deeper than ${limits.depth} levels.`;
  return { code: 'SPEC_SYNTAX' as const, message, hint: 'No key of a spec is nested that deep.' };
}

/** A source whose places are lines and columns of a file; `order` comes before each place's own. */
export function textSource(text: string, file: string | undefined, limits: Limits, order = 0): Source {
  const starts = [0];
  for (let end = text.indexOf('\n'); end !== -1; end = text.indexOf('\n', end + 1)) starts.push(end + 1);
  let split: readonly string[] | undefined;
  const lines = () => (split ??= text.split(/\r?\n/));
  return {
    text,
    limits,
    place(offset) {
      const line = lineOf(starts, offset);
      const position = { line, column: offset - starts[line - 1] + 1, lines, order: order + offset };
      return file === undefined ? position : { file, ...position };
    },
  };
}

function lineOf(starts: readonly number[], offset: number): number {
  let [low, high] = [0, starts.length];
  while (low < high) {
    const middle = (low + high) >> 1;
    if (starts[middle] <= offset) low = middle + 1;
    else high = middle;
  }
  return low;
}
