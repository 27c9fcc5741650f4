import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Ajv } from 'ajv';
import { TwinspecError, type Descriptor } from 'twinspec/plugin';
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';
import { parse } from 'yaml';
import { annotatedSpec } from '../../../core/cli/annotated-spec.js';
import type { Problem } from '../../../core/errors.js';
import { traceSpec } from '../../../core/spec/load-spec.js';
import { parseSpec } from '../../../core/spec/parse-spec.js';
import { everyUse, pluginUses } from '../../../core/spec/plugin-uses.js';
import { editorSchema } from '../../../core/spec/show/editor-schema.js';
import { resolvedYaml } from '../../../core/spec/show/resolved-yaml.js';
import { specReference } from '../../generate/spec-page.js';
import { registry, smallest } from './fixtures.js';

/** As if a spec had a key that holds plugins of a kind, as many as one likes. */
vi.mock(import('../../../core/spec/shell/schema.js'), async (original) => {
  const { shellSchema, ...others } = await original();
  const optimizers = {
    type: 'array',
    items: { type: 'plugin', kind: 'optimizer' },
    default: [],
    also: ['solvers'],
    description: 'Tried one after the other.',
  };
  return { ...others, shellSchema: { ...shellSchema, properties: { ...shellSchema.properties, optimizers } } as never };
});

const two = `${smallest}optimizers: [sgd, { use: sgd, with: { momentum: 0.5 } }]\n`;
const resolved = [
  { use: 'sgd', with: { momentum: 0 } },
  { use: 'sgd', with: { momentum: 0.5 } },
];
const list = (text: string, set: string[] = []) =>
  (parseSpec(text, { registry, set }) as unknown as { optimizers: unknown }).optimizers;

function problems(text: string, set: string[] = []): readonly Problem[] {
  try {
    parseSpec(text, { registry, set, file: 'spec.yaml' });
  } catch (error) {
    if (error instanceof TwinspecError) return error.problems;
    throw error;
  }
  return [];
}

describe('a key that holds a list of plugins', () => {
  test('is resolved entry by entry, and frozen', () => {
    expect(list(two)).toEqual(resolved);
    expect(list(smallest)).toEqual([]);
    expect(Object.isFrozen((list(two) as { with: object }[])[1].with)).toBe(true);
  });

  test('has the place of each entry in messages', () => {
    const wrong = `${smallest}optimizers: [sgb, { use: sgd, with: { momentun: 1 } }, { use: sgd, with: { momentum: 2 } }, 3]\n`;
    expect(problems(wrong)).toMatchObject([
      { path: 'optimizers.0', line: 8, column: 14, hint: 'Did you mean "sgd"? Available: sgd.' },
      { path: 'optimizers.1.with.momentun', line: 8, column: 39, hint: 'Did you mean "momentum"?' },
      {
        path: 'optimizers.2.with.momentum',
        line: 8,
        column: 86,
        message: '"optimizers.2.with.momentum" must be a number from 0 to 1; received 2.',
      },
      {
        path: 'optimizers.3',
        line: 8,
        column: 93,
        message: '"optimizers.3" must be the name of an optimizer or a mapping with use; received 3.',
      },
    ]);
  });

  test('is no single plugin, and known by its other names', () => {
    expect(problems(`${smallest}optimizers: sgd\n`)[0].message).toBe(
      '"optimizers" must be a list of entries, each the name of an optimizer or a mapping with use; received "sgd".',
    );
    expect(problems(`${smallest}solvers: [sgd]\n`)[0].hint).toBe('Did you mean "optimizers"?');
  });

  test('is overridden by the number of an entry', () => {
    expect(list(two, ['optimizers.0.with.momentum=0.25'])).toEqual([
      { use: 'sgd', with: { momentum: 0.25 } },
      resolved[1],
    ]);
    expect(list(two, ['optimizers=[sgd]'])).toEqual([resolved[0]]);
    expect(problems(two, ['optimizers.2=sgd'])[0].hint).toBe('Its entries are 0 to 1.');
    expect(problems(two, ['optimizers.1.with.momentum=5'])).toMatchObject([{ set: 'optimizers.1.with.momentum=5' }]);
  });

  test('gives its plugins with their places', () => {
    const spec = parseSpec(two, { registry });
    const uses = pluginUses(spec).filter(({ place }) => place.startsWith('optimizers'));
    expect(uses).toEqual([
      { place: 'optimizers.0', kind: 'optimizer', use: resolved[0] },
      { place: 'optimizers.1', kind: 'optimizer', use: resolved[1] },
    ]);
    expect(everyUse(spec, registry)).toEqual(pluginUses(spec));
  });

  test('is written out and read back', () => {
    const text = resolvedYaml(parseSpec(two, { registry }));
    expect(text).toContain('optimizers:\n  - use: sgd\n    with:\n      momentum: 0\n');
    expect(list(text)).toEqual(resolved);
  });

  test('is known to editors and to the page of all keys', async () => {
    const validate = new Ajv({ strict: false }).compile(editorSchema(registry));
    expect(validate(parse(two))).toBe(true);
    expect(validate(parse(`${smallest}optimizers: [sdg]`))).toBe(false);
    expect(validate(parse(`${smallest}optimizers: [{ with: {} }]`))).toBe(false);
    expect(validate(parse(`${smallest}optimizers: sgd`))).toBe(false);
    expect(await specReference(registry)).toMatch(/`optimizers` +\| a list of entries.*\| `\[\]` +\|/);
  });

  test('asks each plugin about its options', () => {
    const told: string[] = [];
    const fickle: Descriptor = Object.freeze({
      ...registry.get('optimizer', 'sgd'),
      withoutEffect: ({ momentum }: Readonly<Record<string, unknown>>) => (momentum ? { momentum: 'For tests.' } : {}),
    });
    const find = (kind: string, name: string) => (kind === 'optimizer' ? fickle : registry.find(kind as never, name));
    parseSpec(two, { registry: { ...registry, find: find as never }, onWarning: ({ path }) => told.push(path!) });
    expect(told).toEqual(['optimizers.1.with.momentum']);
  });
});

describe('a list of plugins in files', () => {
  let folder: string;
  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'twinspec-'));
    await writeFile(join(folder, 'base.yaml'), two);
  });
  afterAll(() => rm(folder, { recursive: true }));

  test('is replaced by that of a spec above, and explained line by line', async () => {
    const file = join(folder, 'spec.yaml');
    await writeFile(file, 'extends: base.yaml\noptimizers:\n  - { use: sgd, with: { momentum: 0.75 } }\n  - sgd\n');
    const { spec, origins } = await traceSpec(file, { registry });
    const named = new Map([...origins].map(([path, origin]) => [path, origin]));
    const lines = annotatedSpec(spec, named).replaceAll(`${folder}/`, '').split('\n');
    const from = lines.indexOf('optimizers:');
    expect(lines.slice(from, from + 7).map((line) => line.replace(/ +# /, ' # '))).toEqual([
      'optimizers:',
      '  - use: sgd # spec.yaml:3',
      '    with:',
      '      momentum: 0.75 # spec.yaml:3',
      '  - use: sgd # spec.yaml:4',
      '    with:',
      '      momentum: 0 # default',
    ]);
  });
});
