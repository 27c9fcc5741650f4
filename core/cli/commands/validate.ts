import type { Command } from 'commander';
import { loadSpec } from '../../wiring/load-spec.js';
import { print, type Terminal } from '../terminal.js';
import { loadPlugins, repeatable, withPlugins } from './shared.js';

interface ValidateFlags {
  readonly set: string[];
  readonly plugin: string[];
}

export function addValidate(program: Command, terminal: Terminal): void {
  const command = program
    .command('validate')
    .description('Check a spec and name every problem in it. Nothing is loaded or trained.')
    .argument('<spec>', 'spec file');
  repeatable(command, '--set <path=value>', 'override a key of the spec, such as training.epochs=1');
  withPlugins(command).action(async (file: string, { set, plugin }: ValidateFlags) => {
    const spec = await loadSpec(file, { plugins: await loadPlugins(plugin), set });
    print(terminal, `${file}: valid (${spec.name})`);
  });
}
