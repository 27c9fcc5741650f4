import { readdirSync, readFileSync } from 'node:fs';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { runCli, type Outcome } from '../support/run-cli.js';
import { runTestFile } from '../support/run-test-file.js';

const guides = new URL('../../docs/guides/', import.meta.url);

/** A fenced block; the word after its language is a file to write, or `fails` for commands that must fail. */
interface Block {
  readonly language: string;
  readonly word: string;
  readonly text: string;
}

function blocksOf(guide: string): Block[] {
  const text = readFileSync(new URL(guide, guides), 'utf8');
  return [...text.matchAll(/^```(\w+) ?(\S*)\n(.*?)^```$/gms)].map(([, language, word, body]) => ({
    language,
    word,
    text: body,
  }));
}

/** The guides that write files and run commands on them. */
const written = readdirSync(guides).filter((name) => blocksOf(name).some(({ word }) => word.includes('.')));

describe.each(written)('docs/guides/%s', (guide) => {
  const blocks = blocksOf(guide);
  const files = blocks.filter(({ language, word }) => language !== 'sh' && word !== '');
  let folder: string;
  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'twinspec-guide-'));
    for (const { word, text } of files) await writeFile(join(folder, word), text);
  });
  afterAll(() => rm(folder, { recursive: true }));

  const run = (command: string): Promise<Outcome> => {
    const [program, ...words] = command.split(' ');
    expect(program).toBe('twinspec');
    const args = words.map((word) => (files.some((file) => file.word === word) ? join(folder, word) : word));
    return runCli(...args, ...(args[0] === 'train' ? ['--out', join(folder, 'run')] : []));
  };

  it('does what it says, command by command', async () => {
    let output = '';
    for (const { language, word, text } of blocks) {
      if (language === 'text') for (const line of text.trim().split('\n')) expect(output).toContain(line.trim());
      if (language !== 'sh') continue;
      for (const command of text.trim().split('\n')) {
        const { status, stdout, stderr } = await run(command);
        expect(status, `${command}\n${stdout}${stderr}`).toBe(word === 'fails' ? 1 : 0);
        output = stdout;
      }
    }
  });

  it.each(files.filter(({ word }) => word.includes('.test.')).map(({ word }) => word))('%s passes', async (file) => {
    expect(await runTestFile(join(folder, file))).toHaveLength(1);
  });
});
