import { Writable } from 'node:stream';
import type { Command } from 'commander';
import { createProgram } from '../../core/cli/main.js';
import { fence, page } from './markdown.js';

/** The reference page of the command line: what --help says of each command. */
export function cliReference(): Promise<string> {
  const nobody = new Writable();
  const program = createProgram({ stdout: nobody, stderr: nobody, signal: new AbortController().signal });
  return page(
    '# The command line',
    'What `--help` says of the program and of each command. Results go to stdout; warnings, errors and what goes on meanwhile ' +
      'go to stderr. [Errors](errors.md) has the exit statuses.',
    ...[program, ...program.commands].flatMap((command) => [`## ${nameOf(command)}`, fence('text', helpOf(command))]),
  );
}

function nameOf(command: Command): string {
  return command.parent === null ? command.name() : `${command.parent.name()} ${command.name()}`;
}

function helpOf(command: Command): string {
  let text = '';
  command.configureOutput({ getOutHelpWidth: () => 100, writeOut: (part) => (text += part) }).outputHelp();
  return text;
}
