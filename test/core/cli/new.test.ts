import { existsSync } from 'node:fs';
import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test as it } from 'vitest';
import { runCli as twinspec } from '../../support/run-cli.js';
import { runTestFile } from '../../support/run-test-file.js';

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'twinspec-new-'));
});
afterEach(() => rm(folder, { recursive: true }));

const kinds = ['loss', 'distance', 'base', 'dataset'];

describe.each(kinds)('twinspec new %s', (kind) => {
  it.each(['ts', 'js'])('writes a plugin and its test in %s that pass as generated', async (language) => {
    const name = `acme/my-${kind}`;
    const flags = language === 'js' ? ['--js'] : [];
    const { status, stdout } = await twinspec('new', kind, name, '--dir', folder, ...flags);
    expect(status).toBe(0);
    expect(await readdir(folder)).toEqual([`my-${kind}.test.${language}`, `my-${kind}.${language}`].sort());
    const file = join(folder, `my-${kind}.${language}`);
    expect(stdout).toContain('twinspec test-plugin');
    expect(stdout).toContain(`${kind}: ${stdout.includes('{ use') ? '{ use: ' : ''}${name}`);
    expect(stdout).toContain('--plugin');

    const checked = await twinspec('test-plugin', file);
    expect(checked.stdout).toMatch(new RegExp(`^${kind} ${name}: all \\d+ checks passed`));
    expect(checked.status).toBe(0);
    const ownTest = join(folder, `my-${kind}.test.${language}`);
    expect(await readFile(ownTest, 'utf8')).toContain(language === 'js' ? `'node:test'` : `'vitest'`);
    expect(await runTestFile(ownTest)).toEqual([name]);
  });
});

describe('twinspec new', () => {
  it('makes the folder, and overwrites nothing', async () => {
    const dir = join(folder, 'plugins', 'mine');
    expect(await twinspec('new', 'loss', 'mine', '--dir', dir)).toMatchObject({ status: 0 });
    await rm(join(dir, 'mine.ts'));
    const again = await twinspec('new', 'loss', 'mine', '--dir', dir);
    expect(again.status).toBe(2);
    expect(again.stderr).toContain('mine.test.ts exists already');
    expect(existsSync(join(dir, 'mine.ts'))).toBe(false);
  });

  it.each([
    [['new', 'los', 'mine'], 'Did you mean "loss"?'],
    [['new', 'engine', 'mine'], 'Templates: loss, distance, base, dataset.'],
    [['new', 'loss', 'MyLoss'], 'lower-case words joined by hyphens'],
    [['new', 'loss', '../mine'], 'no name for a plugin'],
  ])('refuses %j', async (args, words) => {
    const { status, stderr } = await twinspec(...args, '--dir', folder);
    expect(status).toBe(2);
    expect(stderr).toContain(words);
    expect(await readdir(folder)).toEqual([]);
  });
});
