import { readdirSync, readFileSync } from 'node:fs';
import { format } from 'prettier';
import { describe, expect, test } from 'vitest';
import { errorCodes, type ErrorCode } from '../core/errors.js';
import { kindNames } from '../core/plugin/kinds/index.js';
import { createRegistry } from '../core/plugin/registry.js';
import { kindPage, pluginPage } from '../core/plugin/pages.js';
import { errorPage, specPage } from '../core/words/docs-page.js';
import { editorSchema } from '../core/spec/show/editor-schema.js';
import { defaults, plugins } from '../plugins/index.js';
import { cliReference } from './generate/cli-page.js';
import { errorsReference } from './generate/errors-page.js';
import { kindReference, pluginReference, referenceIndex } from './generate/plugin-page.js';
import { specReference } from './generate/spec-page.js';

const registry = createRegistry(plugins, defaults);
const byHand = ['docs/reference/ops.md'];

/** Each page of the reference, and what writes it. */
const pages: Readonly<Record<string, () => Promise<string>>> = {
  'docs/reference/README.md': () => referenceIndex(registry),
  [specPage]: () => specReference(registry),
  'docs/reference/cli.md': cliReference,
  'docs/reference/errors.md': errorsReference,
  ...Object.fromEntries(kindNames.map((kind) => [kindPage(kind), () => kindReference(kind, registry)])),
  ...Object.fromEntries(
    kindNames.flatMap((kind) =>
      registry.list(kind).map((plugin) => [pluginPage(kind, plugin.name), () => pluginReference(plugin, registry)]),
    ),
  ),
};

// `npm run generate` writes these files.
describe('is current', () => {
  test('specs/spec.schema.json', async () => {
    const text = await format(JSON.stringify(editorSchema(registry)), { parser: 'json', printWidth: 120 });
    await expect(text).toMatchFileSnapshot('../specs/spec.schema.json');
  });

  test.each(Object.keys(pages))('%s', async (file) => {
    await expect(await pages[file]()).toMatchFileSnapshot(`../${file}`);
  });
});

describe('the reference', () => {
  test('has these pages and no others', () => {
    const there = readdirSync('docs/reference', { recursive: true, encoding: 'utf8' }).filter((file) =>
      file.endsWith('.md'),
    );
    expect(there.map((file) => `docs/reference/${file.replaceAll('\\', '/')}`).sort()).toEqual(
      [...Object.keys(pages), ...byHand].sort(),
    );
  });

  test('has a section for every error code, where messages point to, and for no other', async () => {
    const headings = [...(await errorsReference()).matchAll(/^## (\w+)$/gm)].map(([, code]) => code);
    expect(headings).toEqual(Object.keys(errorCodes));
    for (const code of headings) {
      expect(errorPage(code as ErrorCode)).toBe(`docs/reference/errors.md#${code.toLowerCase()}`);
    }
  });

  test('has no code that nothing throws', () => {
    const files = ['core', 'plugins'].flatMap((folder) =>
      readdirSync(folder, { recursive: true, encoding: 'utf8' })
        .filter((file) => file.endsWith('.ts') && file !== 'errors.ts')
        .map((file) => readFileSync(`${folder}/${file}`, 'utf8')),
    );
    const unused = Object.keys(errorCodes).filter((code) => !files.some((text) => text.includes(`'${code}'`)));
    expect(unused).toEqual([]);
  });
});
