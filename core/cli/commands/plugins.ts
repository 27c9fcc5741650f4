import type { Command } from 'commander';
import { TwinspecError } from '../../errors.js';
import type { Descriptor } from '../../plugin/descriptor.js';
import { kindNames, type Kind } from '../../plugin/kinds/index.js';
import type { Registry } from '../../plugin/registry.js';
import { didYouMean } from '../../words/nearest.js';
import { print, table, type Terminal } from '../terminal.js';
import { loadPlugins, withExamples, withPlugins } from '../shared.js';

interface PluginsFlags {
  readonly plugin: string[];
  readonly json?: true;
}

export function addPlugins(program: Command, terminal: Terminal): void {
  const command = program
    .command('plugins')
    .description('List the plugins that a spec can name, or show one with its options.')
    .argument('[kind]', kindNames.join(', '))
    .argument('[name]', 'a plugin of that kind');
  withPlugins(command).option('--json', 'write descriptors as JSON');
  withExamples(
    command,
    'twinspec plugins',
    'twinspec plugins loss',
    'twinspec plugins loss contrastive',
    'twinspec plugins --plugin ./my-loss.ts',
  ).action((kind: string | undefined, name: string | undefined, flags: PluginsFlags) =>
    runPlugins(kind === undefined ? undefined : kindOf(kind), name, flags, terminal),
  );
}

async function runPlugins(
  kind: Kind | undefined,
  name: string | undefined,
  { plugin, json }: PluginsFlags,
  terminal: Terminal,
): Promise<void> {
  const { registryWith } = await import('../../wiring/registry.js');
  const registry = registryWith(await loadPlugins(plugin));
  const found: readonly Descriptor[] =
    kind !== undefined && name !== undefined
      ? [registry.get(kind, name)]
      : (kind === undefined ? kindNames : [kind]).flatMap((each): readonly Descriptor[] => registry.list(each));
  if (json) return print(terminal, JSON.stringify(found));
  if (name !== undefined) return print(terminal, await detail(found[0], registry));
  print(terminal, table(found.map((each) => [each.kind, each.name, each.summary])));
  print(terminal, `\nOne of them with its options: twinspec plugins ${found[0].kind} ${found[0].name}`);
}

function kindOf(text: string): Kind {
  const known = kindNames.find((kind) => kind === text);
  if (known !== undefined) return known;
  throw new TwinspecError('CALL_INVALID', `There is no kind of plugins named ${JSON.stringify(text)}.`, {
    hint: [didYouMean(text, kindNames), `Kinds: ${kindNames.join(', ')}.`].filter(Boolean).join(' '),
  });
}

async function detail(plugin: Descriptor, registry: Registry): Promise<string> {
  const { describeOptions, exampleUse, traitsOf } = await import('../../spec/show/describe-plugin.js');
  const options = describeOptions(plugin, registry).map(({ name, takes, standard, description }) => {
    return [name, takes, standard ?? 'required', description];
  });
  return [
    `${plugin.kind} ${plugin.name}`,
    plugin.summary,
    ...(plugin.reference ? [plugin.reference] : []),
    ...traitsOf(plugin).map(([label, text]) => `${label}: ${text}`),
    '',
    options.length === 0 ? 'It has no options.' : table([['option', 'takes', 'default', ''], ...options]),
    '',
    'In a spec:',
    ...exampleUse(plugin, registry)
      .split('\n')
      .map((line) => `  ${line}`),
  ].join('\n');
}
