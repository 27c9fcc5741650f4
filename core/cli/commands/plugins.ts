import type { Command } from 'commander';
import { kinds } from '../../plugin/kinds.js';
import { registryWith } from '../../wiring/registry.js';
import { print, table, type Terminal } from '../terminal.js';
import { loadPlugins, withPlugins } from './shared.js';

export function addPlugins(program: Command, terminal: Terminal): void {
  const command = program.command('plugins').description('List the plugins that a spec can name, by kind.');
  withPlugins(command).action(async ({ plugin }: { plugin: string[] }) => {
    const registry = registryWith(await loadPlugins(plugin));
    const rows = kinds.flatMap((kind) => registry.list(kind).map(({ name, summary }) => [kind, name, summary]));
    print(terminal, table(rows));
  });
}
