import type { Command } from 'commander';
import type { Problem } from '../errors.js';
import type { Descriptor } from '../plugin/descriptor.js';
import { countedMessage, type Counted } from '../words/tally.js';
import { paint, problemsText, type Terminal } from './terminal.js';

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

/** The plugins that the config of the working folder, or of its project, trusts, and those of these files. */
export async function loadPlugins(files: readonly string[]): Promise<readonly Descriptor[]> {
  const { findConfig } = await import('../trusted/find-config.js');
  const config = findConfig('.');
  if (config === undefined && files.length === 0) return [];
  const [{ loadConfig }, { loadPluginFile }] = await Promise.all([
    import('../trusted/load-config.js'),
    import('../trusted/load-plugins.js'),
  ]);
  const named = await Promise.all(files.map(loadPluginFile));
  return [...(config === undefined ? [] : await loadConfig(config)), ...named.flat()];
}

/** Shows warnings about a spec as they come. */
export function warner(terminal: Terminal): (warning: Problem) => void {
  return (warning) => terminal.stderr.write(`${problemsText(terminal, [warning])}\n\n`);
}

/** Shows what plugins have warned of. */
export function warnOf(warnings: readonly Counted[], terminal: Terminal): void {
  for (const warning of warnings)
    terminal.stderr.write(`${paint(terminal, 'warning', `warning: ${countedMessage(warning)}`)}\n`);
}

/** Adds examples to a command's help. */
export function withExamples(command: Command, ...lines: readonly string[]): Command {
  return command.addHelpText('after', `\nExamples:\n${lines.map((line) => `  ${line}`).join('\n')}`);
}
