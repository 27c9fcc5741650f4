import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { runCli } from '../../support/run-cli.js';

const home = process.cwd();
let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'twinspec-'));
  process.chdir(folder);
});
afterEach(() => {
  process.chdir(home);
  rmSync(folder, { recursive: true });
});

function file(name: string, text: string): void {
  const path = join(folder, name);
  mkdirSync(dirname(path), { recursive: true });
  writeFileSync(path, text);
}

const distance = (name: string) => `import { defineDistance } from 'twinspec/plugin';
export default defineDistance({ name: '${name}', summary: 'Mine.', create: () => ({ between: (a) => a }) });\n`;

describe('twinspec.config', () => {
  it('names plugin objects, files and npm packages, and is TypeScript or JavaScript', async () => {
    file('own.ts', distance('acme/own').replace('export default', 'type Unused = string;\nexport default'));
    file('plugins/other.mjs', distance('acme/other'));
    file('node_modules/acme-far/package.json', '{ "type": "module", "exports": "./index.js" }');
    file('node_modules/acme-far/index.js', distance('acme/far'));
    file(
      'twinspec.config.ts',
      `import { defineConfig, type Config } from 'twinspec/plugin';
       import own from './own';
       const config: Config = { plugins: [own, './plugins/other.mjs', 'acme-far'] };
       export default defineConfig(config);`,
    );
    const { stdout, stderr } = await runCli('plugins', 'distance');
    expect(stderr).toBe('');
    for (const name of ['acme/own', 'acme/other', 'acme/far', 'euclidean']) expect(stdout).toContain(name);
  });

  it('is found above the working folder within its project, the nearest first', async () => {
    file('a.js', distance('acme/a'));
    file('project/b.js', distance('acme/b'));
    file('twinspec.config.js', `export default { plugins: ['./a.js'] };`);
    file('project/deep/down/keep', '');
    const listed = async (from: string) => {
      process.chdir(join(folder, from));
      const { stdout } = await runCli('plugins', 'distance');
      return ['acme/a', 'acme/b'].filter((name) => stdout.includes(name));
    };
    expect(await listed('.')).toEqual(['acme/a']);
    expect(await listed('project/deep/down'), 'without a package.json above').toEqual([]);
    file('package.json', '{}');
    expect(await listed('project/deep/down')).toEqual(['acme/a']);
    file('project/twinspec.config.js', `export default { plugins: ['./b.js'] };`);
    expect(await listed('project/deep/down')).toEqual(['acme/b']);
    rmSync(join(folder, 'project/twinspec.config.js'));
    file('project/package.json', '{}');
    expect(await listed('project/deep/down'), 'beyond the project').toEqual([]);
    process.chdir(folder);
  });

  it('is found as .js and .mjs too', async () => {
    file('a.js', distance('acme/a'));
    for (const name of ['twinspec.config.js', 'twinspec.config.mjs']) {
      file(name, `export default { plugins: ['./a.js'] };`);
      expect((await runCli('plugins', 'distance')).stdout).toContain('acme/a');
      rmSync(name);
    }
    expect((await runCli('plugins', 'distance')).stdout).not.toContain('acme/a');
  });

  it.each([
    ['export default 7;', 'no config'],
    ['export default { plugin: [] };', 'Did you mean "plugins"?'],
    ['export default { plugins: {} };', 'is no list'],
    ['export default { plugins: [7] };', 'has an entry that is no plugin'],
    [`export default { plugins: ['./none.js'] };`, 'There is no plugin file'],
    [
      `export default { plugins: ['acme-none'] };`,
      "twinspec.config.js  This cannot be loaded: Cannot find module 'acme-none'.",
    ],
  ])('refuses %s', async (text, words) => {
    file('twinspec.config.js', text);
    const { status, stderr } = await runCli('plugins');
    expect(stderr).toContain(words);
    expect(stderr).toContain('PLUGIN_LOAD');
    expect(status).toBe(2);
  });
});

describe('a broken plugin file', () => {
  it.each([
    ['does not compile', 'const a = 1;\nexport default {\n  b: 1\n  c: 2,\n};\n', 4, 'Unexpected token'],
    ['throws', 'interface A {\n  b: string;\n}\n\nthrow new Error("no luck");\n', 5, 'no luck'],
    [
      'uses what it did not import',
      `\nexport default\n  defineLoss({});\n`,
      3,
      "import { defineLoss } from 'twinspec/plugin'",
    ],
    [
      'misspells',
      `import { defineLos } from 'twinspec/plugin';\n\nexport default defineLos({});\n`,
      3,
      'Did you mean defineLoss?',
    ],
  ])('that %s is shown by the line of its author', async (_title, text, line, words) => {
    file('mine.ts', text);
    const { status, stderr } = await runCli('plugins', '--plugin', 'mine.ts');
    expect(stderr).toContain(`mine.ts:${line}:`);
    expect(stderr).toContain(`> ${line} | ${text.split('\n')[line - 1]}`);
    expect(stderr).toContain(words);
    expect(stderr).toContain('PLUGIN_LOAD');
    expect(status).toBe(2);
  });

  it('made for another version of the plugin API says so', async () => {
    file('mine.mjs', `export default { apiVersion: 1, kind: 'loss', name: 'acme/old', summary: 'New.', create() {} };`);
    const { status, stderr } = await runCli('plugins', '--plugin', 'mine.mjs');
    expect(stderr).toContain(
      "plugin API 1; this copy of Twinspec speaks 2. For its kind that means: state the names of its own weights and state, such as weights: ['proxies']",
    );
    expect(status).toBe(2);
  });
});
