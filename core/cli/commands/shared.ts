import type { Command } from 'commander';
import type { Descriptor } from '../../plugin/descriptor.js';
import { loadPluginFile } from '../../wiring/load-plugins.js';

/** Adds an option that may be given several times. */
export function repeatable(command: Command, flags: string, description: string): Command {
  return command.option(
    flags,
    `${description} (repeatable)`,
    (value: string, earlier: string[]) => [...earlier, value],
    [],
  );
}

export function withPlugins(command: Command): Command {
  return repeatable(command, '--plugin <file>', 'load plugins from a JavaScript or TypeScript file');
}

export async function loadPlugins(files: readonly string[]): Promise<readonly Descriptor[]> {
  return (await Promise.all(files.map(loadPluginFile))).flat();
}
