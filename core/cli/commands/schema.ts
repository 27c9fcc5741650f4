import type { Command } from 'commander';
import { print, type Terminal } from '../terminal.js';
import { loadPlugins, withExamples, withPlugins } from '../shared.js';

interface SchemaFlags {
  readonly out?: string;
  readonly plugin: string[];
}

export function addSchema(program: Command, terminal: Terminal): void {
  const command = program
    .command('schema')
    .description('Write the JSON Schema of specs, for editors: every plugin with its options, your own included.')
    .option('--out <file>', 'write into this file (default: to stdout)');
  withExamples(
    withPlugins(command),
    'twinspec schema --out spec.schema.json',
    'twinspec schema --plugin ./my-loss.ts --out spec.schema.json',
    '',
    'The first line of a spec tells the editor where it is:',
    '# yaml-language-server: $schema=./spec.schema.json',
  ).action((flags: SchemaFlags) => runSchema(flags, terminal));
}

async function runSchema({ out, plugin }: SchemaFlags, terminal: Terminal): Promise<void> {
  const { schemaText } = await import('../schema-text.js');
  const text = schemaText(await loadPlugins(plugin));
  if (out === undefined) return print(terminal, text.trimEnd());
  const { writeAtomically } = await import('../../run/storage.js');
  await writeAtomically(out, text);
  print(terminal, `wrote ${out}`);
}
