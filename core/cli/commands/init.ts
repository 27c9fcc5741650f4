import { existsSync } from 'node:fs';
import { mkdir, readFile } from 'node:fs/promises';
import { join, relative } from 'node:path';
import type { Command } from 'commander';
import { TwinspecError } from '../../errors.js';
import type { Descriptor } from '../../plugin/descriptor.js';
import type { Parts } from '../templates/experiment.js';
import { shellWord } from '../../words/shell-word.js';
import { print, programName, type Terminal } from '../terminal.js';
import { loadPlugins, withExamples, withPlugins } from '../shared.js';

interface InitFlags extends Parts {
  readonly dir: string;
  readonly plugin: string[];
}

const schemaFile = 'spec.schema.json';

export function addInit(program: Command, terminal: Terminal): void {
  const command = program
    .command('init')
    .description('Write a spec to start from, with every option explained, and the schema for your editor.')
    .argument('[name]', 'name of the experiment and of its file', 'my-experiment')
    .option('--dataset <name>', 'dataset to learn from', 'mnist-pairs')
    .option('--base <name>', 'base network', 'mlp')
    .option('--distance <name>', 'distance of embeddings', 'euclidean')
    .option('--loss <name>', 'loss', 'contrastive')
    .option('--optimizer <name>', 'optimizer', 'adam')
    .option('--dir <dir>', 'write into this folder', '.');
  withExamples(
    withPlugins(command),
    'twinspec init my-experiment --base cnn',
    'twinspec init faces --dataset acme/faces --plugin ./faces.ts',
    '',
    'What there is to choose from: twinspec plugins',
  ).action((name: string, flags: InitFlags) => runInit(name, flags, terminal));
}

async function runInit(name: string, flags: InitFlags, terminal: Terminal): Promise<void> {
  const [{ experiment }, { schemaText }, { registryWith }, { parseSpec }, { writeAtomically, storageError }] =
    await Promise.all([
      import('../templates/experiment.js'),
      import('../schema-text.js'),
      import('../../wiring/registry.js'),
      import('../../spec/parse-spec.js'),
      import('../../run/storage.js'),
    ]);
  const plugins: readonly Descriptor[] = await loadPlugins(flags.plugin);
  const registry = registryWith(plugins);
  const file = join(flags.dir, `${name}.yaml`);
  const schema = join(flags.dir, schemaFile);
  const text = experiment(name, flags, registry);
  parseSpec(text, { registry, file: `${file} (not written)` });
  if (existsSync(file)) throw inTheWay(file);
  if (existsSync(schema) && !(await isOurs(schema))) throw inTheWay(schema);
  try {
    await mkdir(flags.dir, { recursive: true });
  } catch (error) {
    throw storageError(error, flags.dir);
  }
  const schemaNow = schemaText(plugins);
  const before = existsSync(schema) ? await readFile(schema, 'utf8') : null;
  if (before === null) await writeAtomically(schema, schemaNow);
  await writeAtomically(file, text);
  const [shownFile, shownSchema] = [relative('.', file), relative('.', schema)];
  print(terminal, `wrote ${shownFile}${before === null ? ` and ${shownSchema}` : ''}`);
  if (before !== null && before !== schemaNow) print(terminal, keptSchema(shownSchema, flags.plugin));
  print(terminal, nextSteps(shownFile, flags.plugin));
}

function inTheWay(file: string): TwinspecError {
  return new TwinspecError('CALL_INVALID', `${file} exists already.`, {
    hint: 'Choose another name, another folder with --dir, or move the file away.',
  });
}

async function isOurs(schema: string): Promise<boolean> {
  return (await readFile(schema, 'utf8')).includes('"title": "Twinspec experiment"');
}

/** Other specs may rest on it, with plugins that are not loaded here. */
function keptSchema(schema: string, plugins: readonly string[]): string {
  return `left ${schema} as it is, which differs from what this would write; to renew it, with all plugins that your specs name:
  ${programName()} schema --out ${shellWord(schema)}${pluginFlags(plugins)}`;
}

const pluginFlags = (plugins: readonly string[]) => plugins.map((plugin) => ` --plugin ${shellWord(plugin)}`).join('');

function nextSteps(file: string, plugins: readonly string[]): string {
  const flags = pluginFlags(plugins);
  const [program, word] = [programName(), shellWord(file)];
  return `
Change it in your editor, which knows every key and option: in VS Code with the extension "YAML" of Red Hat.
Check it:          ${program} validate ${word}${flags}
See what it does:  ${program} explain ${word}${flags}
Try it out:        ${program} train ${word}${flags} --smoke
Train it:          ${program} train ${word}${flags}${plugins.length > 0 ? configHint(plugins) : ''}`;
}

function configHint(plugins: readonly string[]): string {
  const names = plugins.map((plugin) => `'${fromHere(plugin)}'`).join(', ');
  return `

To leave --plugin out, write twinspec.config.ts: export default { plugins: [${names}] };`;
}

function fromHere(file: string): string {
  const way = relative('.', file).replaceAll('\\', '/');
  return way.startsWith('.') ? way : `./${way}`;
}
