import { existsSync } from 'node:fs';
import { mkdir, writeFile } from 'node:fs/promises';
import { join, relative } from 'node:path';
import type { Command } from 'commander';
import { didYouMean } from '../../words/nearest.js';
import { pluginNamePattern } from '../../plugin/plugin-name.js';
import type { Kind } from '../../plugin/kinds/index.js';
import { TwinspecError } from '../../errors.js';
import { base } from '../templates/base.js';
import { dataset } from '../templates/dataset.js';
import { distance } from '../templates/distance.js';
import { loss } from '../templates/loss.js';
import type { Subject, Template } from '../templates/template.js';
import { shellWord } from '../../words/shell-word.js';
import { print, type Terminal } from '../terminal.js';

const templates: Readonly<Partial<Record<Kind, Template>>> = { loss, distance, base, dataset };

interface NewFlags {
  readonly js?: true;
  readonly dir: string;
}

export function addNew(program: Command, terminal: Terminal): void {
  program
    .command('new')
    .description('Write a plugin and its test, to start from.')
    .argument('<kind>', Object.keys(templates).join(', '))
    .argument('<name>', 'its name in specs, such as acme/my-loss')
    .option('--js', 'write JavaScript (default: TypeScript)')
    .option('--dir <dir>', 'write into this folder', '.')
    .addHelpText(
      'after',
      `
Examples:
  twinspec new loss acme/my-loss
  twinspec new base acme/my-base --js --dir plugins`,
    )
    .action((kind: string, name: string, flags: NewFlags) => runNew(kind, name, flags, terminal));
}

async function runNew(kind: string, name: string, { js, dir }: NewFlags, terminal: Terminal): Promise<void> {
  const template = templateOf(kind);
  if (!pluginNamePattern.test(name)) {
    throw new TwinspecError('CALL_INVALID', `${JSON.stringify(name)} is no name for a plugin.`, {
      hint: 'Write lower-case words joined by hyphens, with a prefix of your own, such as acme/my-loss.',
    });
  }
  const subject: Subject = { name, file: name.split('/').at(-1)!, language: js ? 'js' : 'ts' };
  const plugin = join(dir, `${subject.file}.${subject.language}`);
  const test = join(dir, `${subject.file}.test.${subject.language}`);
  await writeNew({ [plugin]: template.plugin(subject), [test]: template.test(subject) }, dir);
  print(terminal, nextSteps(template, subject, plugin, test));
}

function templateOf(kind: string): Template {
  const known = Object.entries(templates).find(([name]) => name === kind);
  if (known) return known[1];
  const kinds = Object.keys(templates);
  throw new TwinspecError('CALL_INVALID', `There is no template for ${JSON.stringify(kind)}.`, {
    hint: [didYouMean(kind, kinds), `Templates: ${kinds.join(', ')}.`].filter(Boolean).join(' '),
  });
}

/** Writes files. Where one is there already, it writes none; where writing fails, those before it stay. */
async function writeNew(files: Readonly<Record<string, string>>, dir: string): Promise<void> {
  const there = Object.keys(files).find((file) => existsSync(file));
  if (there !== undefined) {
    throw new TwinspecError('CALL_INVALID', `${there} exists already.`, {
      hint: 'Choose another name, another folder with --dir, or move the file away.',
    });
  }
  try {
    await mkdir(dir, { recursive: true });
    for (const [file, text] of Object.entries(files)) await writeFile(file, text, { flag: 'wx' });
  } catch (cause) {
    throw new TwinspecError('STORAGE', `Cannot write into ${dir}: ${(cause as Error).message}`, { cause });
  }
}

function nextSteps(template: Template, subject: Subject, plugin: string, test: string): string {
  const file = relative('.', plugin);
  const testCommand =
    subject.language === 'js'
      ? `node --test ${shellWord(relative('.', test))}`
      : `npx vitest run ${shellWord(relative('.', test))}`;
  return `wrote ${file} and ${relative('.', test)}

Check it:          twinspec test-plugin ${shellWord(file)}
Run its own test:  ${testCommand}   (after: npm install --save-dev twinspec${subject.language === 'js' ? '' : ' vitest'})
Use it in a spec:  ${template.use(subject)}
Train with it:     twinspec train my-spec.yaml --plugin ${shellWord(file)}`;
}
