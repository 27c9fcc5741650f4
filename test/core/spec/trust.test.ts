import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { TwinspecError } from 'twinspec/plugin';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { loadSpec } from '../../../core/spec/load-spec.js';
import { parseSpec } from '../../../core/spec/parse-spec.js';
import { validateSpec } from '../../../core/spec/validate-spec.js';
import { registry, smallest } from './fixtures.js';

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'twinspec-'));
});
afterAll(() => rm(folder, { recursive: true }));

async function codeOf(run: () => unknown): Promise<string> {
  try {
    await run();
    return 'none';
  } catch (error) {
    if (error instanceof TwinspecError) return error.code;
    throw error;
  }
}

const parse = (text: string, set: string[] = []) => parseSpec(text, { registry, set });
const prototypes = [Object.prototype, Array.prototype, Function.prototype, String.prototype, Map.prototype];
const names = () => prototypes.map((prototype) => Object.getOwnPropertyNames(prototype).length);

const keys = [
  ...[
    '__proto__',
    '"__proto__"',
    "'__proto__'",
    '"\\x5f_proto__"',
    '"\\u005f_proto__"',
    '? __proto__\n',
    'constructor',
    '"constructor"',
  ],
  ...['prototype', '"\\x63onstructor"', '"proto\\x74ype"', "'prototype'"],
];
const payloads = [
  '{ polluted: yes }',
  '{ prototype: { polluted: yes } }',
  '{ __proto__: { polluted: yes } }',
  '[polluted]',
  'polluted',
];
const wheres: readonly ((key: string, payload: string) => string)[] = [
  (key, payload) => `${key}: ${payload}\n${smallest}`,
  (key, payload) => `${smallest}evaluation: { ${key.trim()} : ${payload} }\n`,
  (key, payload) => smallest.replace('mlp', `{ use: mlp, with: { ${key.trim()} : ${payload} } }`),
  (key, payload) => smallest.replace('mlp', `{ use: mlp, ${key.trim()} : ${payload} }`),
];
const shapes = keys.flatMap((key) => payloads.flatMap((payload) => wheres.map((where) => where(key, payload))));

test(`${shapes.length} specs that reach for a prototype are refused and change none`, async () => {
  expect(shapes.length).toBeGreaterThanOrEqual(200);
  const before = names();
  for (const shape of shapes) {
    expect(await codeOf(() => parse(shape)), shape).toBe('SPEC_SYNTAX');
    await writeFile(join(folder, 'base.yaml'), shape);
    await writeFile(join(folder, 'spec.yaml'), 'extends: base.yaml\nname: other\n');
    expect(await codeOf(() => loadSpec(join(folder, 'spec.yaml'), { registry })), shape).toBe('SPEC_SYNTAX');
  }
  expect(names()).toEqual(before);
  expect({}).not.toHaveProperty('polluted');
});

test('plain objects and overrides that reach for a prototype', async () => {
  const before = names();
  for (const key of ['__proto__', 'constructor', 'prototype']) {
    const own = `{"${key}": {"polluted": true, "prototype": {"polluted": true}}}`;
    for (const text of [own, `{"base": ${own}}`, `{"base": {"use": "mlp", "with": ${own}}}`])
      expect(await codeOf(() => validateSpec(JSON.parse(text), { registry })), text).toBe('SPEC_INVALID');
    for (const path of [key, `${key}.polluted`, `base.with.${key}.polluted`, `training.${key}.x`, `base.${key}`])
      expect(await codeOf(() => parse(smallest, [`${path}=1`])), path).toBe('CALL_INVALID');
    expect(await codeOf(() => parse(smallest, [`base.with={ ${key}: { polluted: 1 } }`]))).toBe('SPEC_SYNTAX');
  }
  expect(names()).toEqual(before);
  expect({}).not.toHaveProperty('polluted');
});

test('what objects inherit is no key, no plugin and no option', async () => {
  const inherited = Object.getOwnPropertyNames(Object.prototype).filter(
    (name) => !['__proto__', 'constructor'].includes(name),
  );
  for (const name of inherited) {
    expect(await codeOf(() => parse(`${name}: 1\n${smallest}`)), name).toBe('SPEC_INVALID');
    expect(await codeOf(() => parse(smallest.replace('mlp', name))), name).toBe('SPEC_INVALID');
    expect(await codeOf(() => parse(smallest.replace('mlp', `{ use: mlp, with: { ${name}: 1 } }`))), name).toBe(
      'SPEC_INVALID',
    );
    expect(await codeOf(() => parse(smallest, [`base.with.${name}=1`])), name).toBe('SPEC_INVALID');
  }
});

test('a spec names plugins and loads none: 100 ways to name code run none of it', async () => {
  const code = join(folder, 'code.mjs');
  const body = 'globalThis.codeOfASpecRan = true; export default {};';
  for (const file of [code, join(folder, 'code.js'), join(folder, 'code.cjs')]) await writeFile(file, body);
  const url = pathToFileURL(code).href;
  const ways = [
    ...[
      './code.mjs',
      './code.js',
      './code.cjs',
      './code',
      'code.mjs',
      code,
      url,
      `import("${url}")`,
      `require("${code}")`,
    ],
    ...[
      `data:text/javascript,${body.split(';')[0]}`,
      'node:child_process',
      'child_process',
      'npm:left-pad',
      'acme/../code.mjs',
    ],
  ].map((way) => JSON.stringify(way));
  const spots = ['dataset', 'base', 'distance', 'loss', 'reducer', 'engine'];
  const specs = [
    ...ways.flatMap((way) => spots.map((spot) => `${smallest.replace(`${spot}:`, `was-${spot}:`)}${spot}: ${way}\n`)),
    ...ways.map((way) => `${smallest}plugins: [${way}]\n`),
    ...ways.map((way) => `${smallest}  optimizer: { use: ${way} }\n`),
    ...ways.map((way) => smallest.replace('mlp', `!!js/function ${way}`)),
    `${smallest}extends: ${JSON.stringify(url)}\n`,
    `${smallest}extends: ./code.mjs\n`,
  ];
  expect(specs.length).toBeGreaterThanOrEqual(100);
  for (const spec of specs) {
    await writeFile(join(folder, 'spec.yaml'), spec);
    expect(await codeOf(() => loadSpec(join(folder, 'spec.yaml'), { registry })), spec).toMatch(/^SPEC_/);
  }
  expect(globalThis).not.toHaveProperty('codeOfASpecRan');
});
