import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { Writable } from 'node:stream';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { loadPluginFile } from 'twinspec';
import { createProgram } from '../core/cli/main.js';
import { specPage } from '../core/words/docs-page.js';
import { runCli } from './support/run-cli.js';

const root = fileURLToPath(new URL('..', import.meta.url));
const scratch = join(root, 'test/.docs');
/** Programs run on the built package, as their readers run them; a thread can start from nothing else. */
const built = join(root, 'dist/core/index.js');
mkdirSync(scratch, { recursive: true });
afterAll(() => rmSync(scratch, { recursive: true }));

interface Block {
  readonly page: string;
  readonly language: string;
  readonly code: string;
}

function blocksOf(page: string): Block[] {
  const text = readFileSync(join(root, page), 'utf8');
  return [...text.matchAll(/^```(\w+)\n([\s\S]*?)^```/gm)].map(([, language, code]) => ({ page, language, code }));
}

const docs = readdirSync(join(root, 'docs'), { recursive: true, encoding: 'utf8' }).map((file) => join('docs', file));
const pages = ['README.md', ...docs.filter((file) => file.endsWith('.md'))];
const blocks = pages.flatMap(blocksOf);
const isPlugin = ({ code }: Block) => /^export default define(?!Config)/m.test(code);

function write(name: string, code: string): string {
  const file = join(scratch, name);
  writeFileSync(file, code);
  return file;
}

describe('code in the docs', () => {
  const specs = blocks.filter(({ language, code }) => language === 'yaml' && /^(version|extends):/m.test(code));
  it.each(specs)('spec of $page', async ({ code }) => {
    const [, name = 'spec.yaml'] = /^# (\S+\.yaml)\n/.exec(code) ?? [];
    const { status, stderr } = await runCli('validate', write(name, code));
    expect(stderr).toBe('');
    expect(status).toBe(0);
  });

  const plugins = blocks.filter((block) => block.language === 'ts' && isPlugin(block));
  it.each(plugins)('plugin of $page', async ({ code }) => {
    const [plugin] = await loadPluginFile(write('plugin.ts', code));
    expect(plugin.summary).not.toBe('');
  });

  const programs = blocks.filter((block) => block.language === 'ts' && !isPlugin(block) && /^import/m.test(block.code));
  it.each(programs.map((block, index) => ({ ...block, index })))('program $index of $page', async ({ code, index }) => {
    const log = vi.spyOn(console, 'log').mockImplementation(() => undefined);
    await import(write(`program-${index}.ts`, code.replaceAll("from 'twinspec'", `from '${built}'`)));
    if (code.includes('console.log')) expect(log).toHaveBeenCalled();
    for (const [printed, expected] of printedAndStated(code, log.mock.calls)) expect(printed).toContain(expected);
    log.mockRestore();
  });
});

describe('the table of events', () => {
  it('names every event, and no other', () => {
    const namesIn = (file: string, pattern: RegExp) =>
      [...readFileSync(join(root, file), 'utf8').matchAll(pattern)].map(([, name]) => name).sort();
    const documented = namesIn('docs/guides/follow-a-run.md', /^\| `([a-z]+)` +\|/gm);
    expect(documented).toEqual(namesIn('core/training/events.ts', /readonly type: '(\w+)'/g));
  });
});

describe('the tour of docs/guides/write-a-spec.md', () => {
  const lines = blocksOf('docs/guides/write-a-spec.md')
    .filter(({ language }) => language === 'sh')
    .flatMap(({ code }) => code.trim().split('\n'));
  const commands = lines.map((line) => line.replace(/^(npx twinspec train .*)$/, '$1 --smoke'));
  const home = process.cwd();
  beforeAll(() => process.chdir(scratch));
  afterAll(() => process.chdir(home));

  it.each(commands)('%s', async (line) => {
    const [, ...args] = [...line.replace(/^npx /, '').matchAll(/'([^']*)'|(\S+)/g)].map(
      ([, text, word]) => text ?? word,
    );
    const { status, stdout, stderr } = await runCli(...args);
    expect(stderr).not.toContain('[');
    expect(status).toBe(0);
    expect(stdout).not.toBe('');
  });
});

describe('what the docs name', () => {
  const nobody = new Writable();
  const program = createProgram({ stdout: nobody, stderr: nobody, signal: new AbortController().signal });
  const texts = pages.map((page) => ({ page, text: readFileSync(join(root, page), 'utf8').replaceAll('\\\n', ' ') }));

  it.each(texts)('commands and flags of $page', ({ text }) => {
    for (const [line, name, rest] of text.matchAll(/(?<![\w./-])twinspec ([a-z][a-z-]+)\b([^\n`]*)/g)) {
      const command = program.commands.find((each) => each.name() === name);
      const flags = [...rest.matchAll(/(?<=\s)--[a-z-]+/g)].map(([flag]) => flag);
      if (command === undefined) expect(flags, line).toEqual([]);
      for (const flag of flags)
        expect(
          command!.options.map(({ long }) => long),
          line,
        ).toContain(flag);
    }
  });

  const keys = [
    ...readFileSync(join(root, specPage), 'utf8').matchAll(/^## ([\w.]+)$([^]*?)(?=^## |$(?![^]))/gm),
  ].flatMap(([, section, body]) => [
    section,
    ...[...body.matchAll(/^\| `(\w+)`/gm)].map(([, key]) => `${section}.${key}`),
  ]);
  it.each(texts)('keys of a spec in $page', ({ text }) => {
    for (const [, key] of text.matchAll(/(?:`|--set '?)((?:training|evaluation|embedding)\.[\w.]+)/g))
      expect(
        keys.some((known) => key === known || key.startsWith(`${known}.use`) || key.startsWith(`${known}.with.`)),
        key,
      ).toBe(true);
  });
});

describe('links in the docs', () => {
  it.each(pages)('%s', (page) => {
    const text = readFileSync(join(root, page), 'utf8');
    const targets = [...text.matchAll(/\]\((?!https?:|#)([^)#]+)/g)].map(([, target]) => join(dirname(page), target));
    for (const target of targets) expect(existsSync(join(root, target)), target).toBe(true);
  });
});

/** Where a line of code is `console.log(…); // text`, what it printed and the text, up to an ellipsis. */
function printedAndStated(code: string, calls: unknown[][]): [string, string][] {
  const lines = code.split('\n').filter((line) => /^\s*console\.log\(/.test(line));
  if (lines.length !== calls.length) return [];
  return lines.flatMap((line, index): [string, string][] => {
    const stated = /; \/\/ (.+?) ?…?$/.exec(line)?.[1];
    const text = (value: unknown) => (Array.isArray(value) ? `[${value.join(', ')}]` : String(value));
    return stated === undefined || stated.startsWith('Float32Array')
      ? []
      : [[calls[index].map(text).join(' '), stated]];
  });
}
