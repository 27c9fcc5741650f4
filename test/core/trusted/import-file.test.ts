import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { defineLoss, TwinspecError } from 'twinspec/plugin';
import { importDefault } from '../../../core/trusted/import-file.js';

let parent: string;
beforeEach(() => {
  parent = mkdtempSync(join(tmpdir(), 'twinspec-'));
});
afterEach(() => rmSync(parent, { recursive: true }));

function write(folder: string, files: Record<string, string>): void {
  for (const [name, text] of Object.entries(files)) {
    const path = join(parent, folder, name);
    mkdirSync(dirname(path), { recursive: true });
    writeFileSync(path, text);
  }
}

/** Another copy of Twinspec, which no plugin must meet. */
const foreign = {
  'package.json': '{ "name": "twinspec", "type": "module", "exports": { "./plugin": "./plugin.js" } }',
  'plugin.js': 'export const defineLoss = "foreign", TwinspecError = "foreign";',
};

function inFolder(folder: string, files: Record<string, string>): Record<string, string> {
  return Object.fromEntries(Object.entries(files).map(([name, text]) => [`${folder}/${name}`, text]));
}

const packages = {
  'cjs/package.json': '{ "main": "index.js" }',
  'cjs/index.js': 'module.exports = () => "cjs"; module.exports.named = "named";',
  'compiled/package.json': '{ "main": "index.js" }',
  'compiled/index.js': 'exports.__esModule = true; exports.default = "compiled"; exports.named = "named";',
  'esm/package.json': '{ "type": "module", "exports": "./index.js" }',
  'esm/index.js': 'import inner from "inner"; export default await inner(); export const named = "named";',
  'esm/node_modules/inner/package.json': '{ "main": "index.js" }',
  'esm/node_modules/inner/index.js': 'module.exports = async () => "inner";',
  'types/package.json': '{ "types": "./index.d.ts" }',
  'types/index.d.ts': 'export interface Size { n: number }',
  ...inFolder('twinspec', foreign),
};

const imports = `
import fs from 'node:fs';
import path, { join } from 'path';
import * as os from 'node:os';
import cjs, { named } from 'cjs';
import compiled from 'compiled';
import esm, { named as fromEsm } from 'esm';
import { defineLoss, TwinspecError } from 'twinspec/plugin';
import near from './near.HELPER';
`;

const body = `
const awaited = await Promise.resolve('awaited');
export default {
  builtins: [typeof fs.readFileSync, path.join === join, typeof os.cpus],
  texts: [cjs(), named, compiled.default, compiled.named, esm, fromEsm, near, awaited],
  url: import.meta.url,
  defineLoss, TwinspecError,
};`;

/** What an import adds up to by the rules of Node. */
const right = {
  builtins: ['function', true, 'function'],
  texts: ['cjs', 'named', 'compiled', 'named', 'inner', 'named', 'near', 'awaited'],
};

const types = `
import type { Stats } from 'node:fs';
import { type Size } from 'types';
import { Plain } from './plain';
import { type Plain as Same, number } from './plain.js';
export type { Stats, Size, Plain };
const same: Same = { number };
`;

const files = {
  'plain.ts': 'export interface Plain { number: number }\nexport const number: number = 1;',
  'near.mjs': `import fs from 'fs'; export default typeof fs.statSync === 'function' ? 'near' : fs;`,
  'near.ts': `import fs from 'fs'; export default typeof fs.statSync === 'function' ? 'near' : (fs as string);`,
  'plugin.mjs': imports.replace('HELPER', 'mjs') + body,
  'plugin.js': imports.replace('HELPER', 'mjs') + body,
  'plugin.ts': imports.replace('.HELPER', '') + types + body,
  'plugin.mts': imports.replace('.HELPER', '.js') + types + body,
};

const folders = ['plain', 'with a space', 'with#sharp', 'with%percent', 'a%20b', 'ü'];

describe.each(folders)('a plugin file in a folder named %s', (folder) => {
  beforeEach(() => write(folder, { ...files, ...inFolder('node_modules', packages) }));

  it.each(['plugin.ts', 'plugin.mts', 'plugin.mjs', 'plugin.js'])(
    '%s imports built-in modules, CommonJS, ES modules, types, and this copy of Twinspec',
    async (name) => {
      expect(await importDefault(join(parent, folder, name))).toMatchObject({ ...right, defineLoss, TwinspecError });
    },
  );

  it('plugin.js of a project of ES modules does, too', async () => {
    write(folder, { 'package.json': '{ "type": "module" }' });
    const exported = await importDefault(join(parent, folder, 'plugin.js'));
    expect(exported).toMatchObject({ ...right, defineLoss, TwinspecError });
  });

  it.each([
    ['plugin.cjs', 'module.exports = { named: require("cjs").named };'],
    ['commonjs.js', 'module.exports = { named: require("cjs").named };'],
    ['compiled.cjs', 'exports.__esModule = true; exports.default = { named: require("cjs").named };'],
  ])('%s may be CommonJS', async (name, text) => {
    write(folder, { [name]: text });
    expect(await importDefault(join(parent, folder, name))).toEqual({ named: 'named' });
  });
});

describe('a plugin package', () => {
  const from = () => join(parent, 'home/twinspec.config.js');

  it('finds its own packages, and this copy of Twinspec before one of its own', async () => {
    const own = inFolder('home/node_modules/acme/node_modules', packages);
    write('', {
      ...own,
      ...inFolder('home/node_modules/acme', { ...files, 'package.json': '{ "exports": "./plugin.mjs" }' }),
    });
    expect(await importDefault('acme', from())).toMatchObject({ ...right, defineLoss, TwinspecError });
  });

  it('may be CommonJS that was compiled from an ES module, and need a Twinspec that it does not bring', async () => {
    write('home/node_modules/acme', {
      'package.json': '{ "main": "index.js" }',
      'index.js': `exports.__esModule = true;
        const { defineLoss } = require('twinspec/plugin');
        exports.default = { defineLoss };`,
    });
    expect(await importDefault('acme', from())).toEqual({ defineLoss });
  });

  it('that is not there is named', async () => {
    const missing = importDefault('acme-none', from());
    await expect(missing).rejects.toMatchObject({
      code: 'PLUGIN_LOAD',
      message: expect.stringContaining('acme-none') as string,
    });
  });
});

describe('a file that fails while it is loaded', () => {
  it.each(['mine.ts', 'mine.mjs', 'mine.js'])('%s is shown by its author’s line', async (name) => {
    write('', { [name]: `import fs from 'node:fs';\n\nawait 0;\nfs.readFileSync('none.txt');\n` });
    await expect(importDefault(join(parent, name))).rejects.toMatchObject({
      code: 'PLUGIN_LOAD',
      problems: [{ line: 4, frame: expect.stringContaining("> 4 | fs.readFileSync('none.txt')") as string }],
    });
  });

  it.each(['mine.ts', 'mine.mjs', 'mine.js'])('%s that imports what is missing is told so', async (name) => {
    write('', { [name]: `import x from './none.js';\nexport default x;\n` });
    const message = expect.stringContaining('none.js') as string;
    await expect(importDefault(join(parent, name))).rejects.toMatchObject({ code: 'PLUGIN_LOAD', message });
  });
});
