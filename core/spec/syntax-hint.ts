import type { ErrorCode } from 'yaml';

const hints: Partial<Record<ErrorCode, string>> = {
  TAB_AS_INDENT: 'Indent with spaces; YAML does not allow tabs there.',
  BAD_INDENT: 'Keys of one mapping start in the same column; what belongs to a key is indented further than it.',
  MISSING_CHAR: 'Close every bracket, brace and quote; separate entries with commas, and put a space after a colon.',
  UNEXPECTED_TOKEN: 'Put a text with special characters in quotes, and check the brackets and the colon before it.',
  BAD_SCALAR_START: 'Put a text that starts with this character in quotes.',
  MULTILINE_IMPLICIT_KEY: 'A key and its colon stand on one line; is a colon missing?',
  BLOCK_AS_IMPLICIT_KEY: 'Start the nested mapping on a line of its own, or write it in braces: { key: value }.',
  BLOCK_IN_FLOW: 'Inside brackets and braces, nested values are written in brackets and braces too.',
  BAD_DQ_ESCAPE: 'In double quotes a backslash starts an escape: double it, or use single quotes.',
  NON_STRING_KEY: 'Every key of a spec is a plain text.',
  KEY_OVER_1024_CHARS: 'A key has at most 1,024 characters.',
};

/** What would be right where the YAML library found an error of this code. */
export function syntaxHint(code: ErrorCode): string {
  return hints[code] ?? 'A spec is YAML 1.2: `key: value`, nested by two spaces.';
}
