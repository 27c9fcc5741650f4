import type { Command } from 'commander';
import { TwinspecError } from '../../errors.js';
import { print, type Terminal } from '../terminal.js';
import { repeatable } from '../shared.js';

interface TestPluginFlags {
  readonly with: string[];
  readonly sampleShape: string[];
  readonly json?: true;
}

export function addTestPlugin(program: Command, terminal: Terminal): void {
  const command = program
    .command('test-plugin')
    .description('Check every plugin of a file: what was checked, what is wrong and why.')
    .argument('<file>', 'plugin file, JavaScript or TypeScript');
  repeatable(command, '--with <name=value>', 'an option of the plugin, such as margin=0.5');
  repeatable(command, '--sample-shape <shape>', 'a shape of samples to try a base network on, such as 64x64x3')
    .option('--json', 'write the reports as JSON')
    .addHelpText(
      'after',
      `
Examples:
  twinspec test-plugin my-loss.ts
  twinspec test-plugin my-base.ts --sample-shape 64x64x3 --with units=[32,16]`,
    )
    .action((file: string, flags: TestPluginFlags) => runTestPlugin(file, flags, terminal));
}

async function runTestPlugin(file: string, flags: TestPluginFlags, terminal: Terminal): Promise<void> {
  const given = Object.fromEntries(await Promise.all(flags.with.map(parseOption))) as Record<string, unknown>;
  const sampleShapes = flags.sampleShape.map(parseShape);
  const [{ loadPluginFile }, { checkPlugin, formatReport }] = await Promise.all([
    import('../../trusted/load-plugins.js'),
    import('../../testing.js'),
  ]);
  const reports = [];
  for (const plugin of await loadPluginFile(file)) {
    terminal.signal.throwIfAborted();
    const report = await checkPlugin(plugin, { with: given, ...(sampleShapes.length > 0 && { sampleShapes }) });
    if (!flags.json) print(terminal, formatReport(report));
    reports.push(report);
  }
  if (flags.json) print(terminal, JSON.stringify(reports));
  const failed = reports.filter(({ ok }) => !ok).map(({ plugin }) => plugin);
  if (failed.length > 0) throw new TwinspecError('PLUGIN_FAILED', `Not ready to train: ${failed.join(', ')}.`);
}

async function parseOption(text: string): Promise<[name: string, value: unknown]> {
  const [, name, value] = /^([^=]+)=(.+)$/s.exec(text) ?? [];
  if (name === undefined) {
    throw new TwinspecError('CALL_INVALID', `--with ${JSON.stringify(text)} is no option of a plugin.`, {
      hint: 'Write name=value, such as --with margin=0.5; a value is YAML.',
    });
  }
  const [{ parseYaml }, { defaultLimits }] = await Promise.all([
    import('../../spec/read/parse.js'),
    import('../../spec/read/limits.js'),
  ]);
  const place = () => ({ set: text, order: 0 });
  return [name, parseYaml({ text: value, limits: defaultLimits, place }).value];
}

function parseShape(text: string): number[] {
  if (/^[1-9]\d*(x[1-9]\d*)*$/.test(text)) return text.split('x').map(Number);
  throw new TwinspecError('CALL_INVALID', `--sample-shape ${JSON.stringify(text)} is no shape.`, {
    hint: 'Write the sizes of one sample, such as 28x28x1.',
  });
}
