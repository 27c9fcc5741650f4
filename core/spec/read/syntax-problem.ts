import type { YAMLError } from 'yaml';

/** A YAML error in words for people who do not know YAML's, and where it is best shown. */
export interface SyntaxProblem {
  readonly offset: number;
  readonly message: string;
  readonly hint: string;
}

const usual = 'A spec is YAML 1.2: `key: value`, nested by two spaces.';

/** `quote` is the offset of the last quote that was opened. */
export function syntaxProblem({ code, message, pos }: YAMLError, text: string, quote: number): SyntaxProblem {
  const offset = pos[0];
  const line = lineAt(text, offset);
  switch (code) {
    case 'BLOCK_AS_IMPLICIT_KEY':
      return nestedMapping(text, offset);
    case 'MULTILINE_IMPLICIT_KEY':
      return noKey(offset, line);
    case 'TAB_AS_INDENT':
      return {
        offset,
        message: 'This line is indented with a tab.',
        hint: 'Indent with spaces; YAML does not allow tabs there.',
      };
    case 'BAD_SCALAR_START':
      return {
        offset,
        message: `A text without quotes cannot start with ${text[offset]}.`,
        hint: 'Put the text in quotes.',
      };
    case 'BAD_DQ_ESCAPE':
      return {
        offset,
        message: `${message}.`,
        hint: 'In double quotes a backslash starts an escape: double it, or use single quotes.',
      };
    case 'UNEXPECTED_TOKEN':
      return {
        offset,
        message: 'Something stands here where the value before it is complete.',
        hint: 'Is a comma, a line break or a quote missing?',
      };
    case 'NON_STRING_KEY':
      return {
        offset,
        message: 'A list or a mapping stands where a key is expected.',
        hint: 'Every key is a plain text.',
      };
  }
  if (/closing.*quote/.test(message))
    return {
      offset: quote,
      message: 'The quote that opens here is not closed.',
      hint: `Add ${text[quote]} at its end.`,
    };
  const open = /Flow (sequence|map)/.exec(message)?.[1];
  if (open) return unclosed(open === 'map' ? ['mapping', '{', '}'] : ['list', '[', ']'], offset);
  if (message.startsWith('Missing ,'))
    return { offset, message: 'A comma is missing before this.', hint: 'Separate entries with commas.' };
  if (code === 'BAD_INDENT')
    return {
      offset,
      message: 'This line does not start in the column of the keys that it belongs to.',
      hint: 'Keys of one mapping start in one column; what belongs to a key is indented further than it.',
    };
  return { offset, message: `${message}.`, hint: usual };
}

function unclosed([what, start, end]: readonly string[], offset: number): SyntaxProblem {
  return {
    offset,
    message: `A ${what} that starts with ${start} before this is not closed.`,
    hint: `Add ${end} where it ends, and look for brackets that do not match.`,
  };
}

/** The value of a key has a colon: there are two on a line, or the next line is indented as if it belonged to the value. */
function nestedMapping(text: string, offset: number): SyntaxProblem {
  const end = text.indexOf('\n', offset);
  const rest = text.slice(offset, end === -1 ? undefined : end);
  if (/:(\s|$)/.test(rest) || end === -1)
    return {
      offset,
      message: 'This line has two keys.',
      hint: 'Start the nested mapping on a line of its own, or write it in braces: { key: value }.',
    };
  const next = end + 1 + /^\s*/.exec(text.slice(end + 1))![0].length;
  return {
    offset: next,
    message: 'This line is indented further than the one before it, which has its value already.',
    hint: 'Keys of one mapping start in one column.',
  };
}

function noKey(offset: number, line: string): SyntaxProblem {
  if (/^\s*[^\s:]+:[^\s:]/.test(line))
    return { offset, message: 'A space is missing after the colon.', hint: 'Write `key: value`.' };
  return { offset, message: 'This line has no key.', hint: 'Write `key: value`; is the colon missing?' };
}

function lineAt(text: string, offset: number): string {
  const start = text.lastIndexOf('\n', offset - 1) + 1;
  const end = text.indexOf('\n', offset);
  return text.slice(start, end === -1 ? undefined : end);
}
