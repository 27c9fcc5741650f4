import { Writable } from 'node:stream';
import { stripVTControlCharacters } from 'node:util';
import { expect, it } from 'vitest';
import type { Problem } from '../../../core/errors.js';
import { paint, problemsText } from '../../../core/cli/terminal.js';

const problem: Problem = {
  code: 'SPEC_INVALID',
  file: 'a.yaml',
  line: 2,
  column: 7,
  message: 'There is no such loss.',
  hint: 'Did you mean "contrastive"?',
  frame: '  1 | version: 1\n> 2 | loss: x\n    |       ^',
  docs: 'docs/reference/losses/README.md',
};

const terminal = (colours?: boolean) => ({
  stdout: new Writable(),
  stderr: Object.assign(new Writable(), colours === undefined ? {} : { hasColors: () => colours }),
  signal: new AbortController().signal,
});
const escape = String.fromCharCode(27);

it('colours are for terminals that show them', () => {
  expect(paint(terminal(true), 'error', 'no')).toContain(escape);
  for (const plain of [terminal(), terminal(false)]) expect(problemsText(plain, [problem])).not.toContain(escape);
});

it('colours change nothing else', () => {
  const coloured = problemsText(terminal(true), [problem, { ...problem, severity: 'warning' }]);
  expect(stripVTControlCharacters(coloured)).toBe(
    problemsText(terminal(), [problem, { ...problem, severity: 'warning' }]),
  );
});
