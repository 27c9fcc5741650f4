import { smallest } from './fixtures.js';

type Random = () => number;

/** mulberry32: uniform in [0, 1), the same for the same seed. */
function randomOf(seed: number): Random {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let t = Math.imul(state ^ (state >>> 15), state | 1);
    t ^= t + Math.imul(t ^ (t >>> 7), t | 61);
    return ((t ^ (t >>> 14)) >>> 0) / 2 ** 32;
  };
}

const limit = 256 * 1024;
const pick = <T>(random: Random, from: readonly T[]): T => from[Math.floor(random() * from.length)];
/** From 1 to `most`, small numbers as often as large ones. */
const some = (random: Random, most: number) => Math.max(1, Math.floor(most ** random()));
/** A part over and over, up to the size limit of a spec or just past it. */
const repeat = (random: Random, part: string) => part.repeat(some(random, (limit * 1.01) / part.length));

const nesting = [
  '[',
  '{',
  '{a: ',
  '[{a: ',
  '- ',
  '? ',
  '- ? ',
  '[? ',
  '{? ',
  'a: [',
  "['",
  '["',
  '!!x [',
  '&a [',
  '? - ',
  ': [',
  '[,',
  '[[],',
];
const fillers = [
  ...[
    '\n',
    ' ',
    '\t',
    '\r',
    '\r\n',
    '#\n',
    '# x',
    ' #',
    '- \n',
    '-\n',
    ': ',
    ':\n',
    ':',
    ',',
    '[],',
    '{},',
    '[]\n',
    '?\n',
    '? ',
    '*a ',
    '&a ',
  ],
  ...[
    '!',
    '! ',
    '!!a ',
    '%',
    '%A\n',
    '---\n',
    '...\n',
    '--- ',
    '|',
    '|\n',
    '|\n ',
    '>\n',
    '>-\n\n ',
    '|9\n',
    '"',
    "'",
    "''",
    '""',
    '\\',
    '"\\',
    '\\n',
  ],
  ...[
    'a',
    'a ',
    'a: ',
    'a:\n',
    'a: b\n',
    'a : ',
    '"a": ',
    'é',
    '𝒳',
    '\ud800',
    '\u2028',
    '\u0085',
    '\ufeff',
    '\u202e',
    '<<: ',
    '0',
    '1e9',
    '- - ',
  ],
  ...[
    'a: &a\n',
    'b: *a\n',
    '@',
    '`',
    'a: |\n b\n',
    'a: >\n\n',
    "a: '\n",
    'a: "\n',
    '[\n',
    '{\n',
    '  a:\n',
    ' - a:\n',
    'x, ',
    'x: y, ',
    '\u00a0',
  ],
];
const dangerous = [
  '__proto__',
  'constructor',
  'prototype',
  '"__proto__"',
  "'__proto__'",
  '"\\x5f_proto__"',
  '"\\u005f\\u005fproto__"',
  '? __proto__\n',
  'toString',
  'hasOwnProperty',
  'then',
  'valueOf',
  '__defineGetter__',
];
const values = [
  ...[
    'null',
    '~',
    '',
    '.nan',
    '-.inf',
    '1e999',
    '-0',
    '0x7fffffffffffffff',
    '0o777',
    '9'.repeat(400),
    '1_000',
    '2026-01-01',
    'yes',
    '!!binary aGk=',
  ],
  ...[
    '[]',
    '{}',
    '[[]]',
    '"\\0"',
    '"\\uD800"',
    '|\n  x',
    'fit',
    '../../etc/passwd',
    'file:///etc/passwd',
    '${HOME}',
    '$(id)',
    '`id`',
    '%n%n',
    '{{7*7}}',
  ],
  ...[
    '!!js/function "x"',
    '!<tag:yaml.org,2002:python/object/apply:os.system> [id]',
    '!!python/object/apply:os.system ["id"]',
    'require("fs")',
    './x.js',
    'data:text/javascript,1',
  ],
];
const keys = [
  'version',
  'name',
  'seed',
  'dataset',
  'base',
  'loss',
  'training',
  'training.epochs',
  'evaluation',
  'engine',
  'with',
  'use',
  'extends',
  ...dangerous,
];

const makers: readonly ((random: Random) => string)[] = [
  (random) => repeat(random, pick(random, nesting)),
  (random) => `a: ${repeat(random, pick(random, nesting))}`,
  (random) => Array.from({ length: some(random, 700) }, (_, depth) => `${' '.repeat(depth)}a:`).join('\n'),
  (random) => Array.from({ length: some(random, 700) }, (_, depth) => `${' '.repeat(depth)}- `).join('\n'),
  (random) => repeat(random, pick(random, fillers)),
  (random) => repeat(random, pick(random, fillers) + pick(random, fillers)),
  (random) => smallest + repeat(random, pick(random, fillers) + pick(random, fillers) + pick(random, fillers)),
  (random) => Array.from({ length: some(random, 30_000) }, (_, i) => `k${i}: 1`).join('\n'),
  (random) => `{${Array.from({ length: some(random, 30_000) }, (_, i) => `k${i % 9000}: 1`).join(', ')}}`,
  (random) => `${smallest}seed: [${'1,'.repeat(some(random, 100_000))}]`,
  (random) => `${'k'.repeat(some(random, limit))}: ${'v'.repeat(some(random, 1000))}`,
  (random) =>
    `a0: &a0 [x]\n${Array.from({ length: some(random, 200) }, (_, i) => `a${i + 1}: &a${i + 1} [*a${i}, *a${i}]`).join('\n')}`,
  () => 'a: &a [*a]',
  (random) => `${pick(random, dangerous)}: ${pick(random, values)}\n${smallest}`,
  (random) => smallest.replace('mlp', `{ use: mlp, with: { ${pick(random, dangerous)}: ${pick(random, values)} } }`),
  (random) => `${smallest}  ${pick(random, dangerous)}: { ${pick(random, dangerous)}: ${pick(random, values)} }`,
  (random) => `${smallest}${pick(random, keys)}: ${pick(random, values)}\n`,
  (random) =>
    Array.from({ length: some(random, 60) }, () => `${pick(random, keys)}: ${pick(random, values)}`).join('\n'),
  (random) => mutated(random, smallest, some(random, 12)),
  (random) => mutated(random, smallest.repeat(some(random, 30)), some(random, 200)),
  (random) =>
    String.fromCodePoint(...Array.from({ length: some(random, 3000) }, () => Math.floor(random() * 0x110000))),
  (random) => Array.from({ length: some(random, 3000) }, () => pick(random, fillers)).join(''),
  (random) =>
    Array.from({ length: some(random, 3000) }, () => pick(random, [...'[]{},:-?#&*!|>%@`"\' \nab01'])).join(''),
];

function mutated(random: Random, text: string, times: number): string {
  let result = text;
  for (let i = 0; i < times; i += 1) {
    const at = Math.floor(random() * result.length);
    const cut = random() < 0.5 ? some(random, 8) : 0;
    result = result.slice(0, at) + pick(random, ['', ...fillers, ...values, ...keys]) + result.slice(at + cut);
  }
  return result;
}

/** The spec of this number that means harm, or is noise. */
export function hostileSpec(number: number): string {
  const random = randomOf(number);
  return makers[number % makers.length](random);
}
