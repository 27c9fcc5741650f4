import { TwinspecError } from 'twinspec/plugin';
import { describe, expect, test } from 'vitest';
import { defaultLimits, type Limits } from '../../../core/spec/read/limits.js';
import { parseSpec } from '../../../core/spec/parse-spec.js';
import { validateSpec } from '../../../core/spec/validate-spec.js';
import { registry, smallest } from './fixtures.js';

/** The messages of the problems; empty for a valid spec. */
function problems(run: () => unknown): readonly string[] {
  try {
    run();
    return [];
  } catch (error) {
    if (error instanceof TwinspecError) return error.problems.map(({ message }) => message);
    throw error;
  }
}
const parsed = (text: string, limits: Partial<Limits> = {}) => problems(() => parseSpec(text, { registry, limits }));
const validated = (value: unknown, limits: Partial<Limits> = {}) =>
  problems(() => validateSpec(value, { registry, limits }));

/** An unknown key with a value: the only problem of a spec that is within the limits. */
const extra = (value: string) => `${smallest}extra: ${value}\n`;
const within = ['Unknown key at the top level: "extra".'];

test('the limits are those that the documentation states', () => {
  expect(defaultLimits).toEqual({ bytes: 262_144, depth: 64, nodes: 20_000, extends: 8, problems: 100 });
});

describe('bytes', () => {
  const filled = (bytes: number) => `${smallest}#${'x'.repeat(bytes - smallest.length - 1)}`;

  test('at the limit and one past it', () => {
    expect(parsed(filled(262_144))).toEqual([]);
    expect(parsed(filled(262_145))).toEqual(['The spec has 262145 bytes; the limit is 262144.']);
  });

  test('are bytes of UTF-8, not characters', () => {
    const text = `${smallest}#é`;
    expect(parsed(text, { bytes: smallest.length + 3 })).toEqual([]);
    expect(parsed(text, { bytes: smallest.length + 2 })).toHaveLength(1);
  });
});

describe('depth', () => {
  // The spec itself is the first level.
  const flow = (depth: number) => extra('['.repeat(depth - 1) + ']'.repeat(depth - 1));
  const block = (depth: number) =>
    `${smallest}extra:\n${Array.from({ length: depth - 1 }, (_, level) => `${' '.repeat(level + 1)}k:`).join('\n')} 1\n`;
  const nested = (depth: number): unknown => (depth === 1 ? {} : { k: nested(depth - 1) });

  test.each([
    ['brackets', flow],
    ['indentation', block],
  ])('of %s, at the limit and one past it', (_, make) => {
    expect(parsed(make(64))).toEqual(within);
    expect(parsed(make(65))).toEqual(['The spec is nested deeper than 64 levels.']);
    expect(parsed(make(10), { depth: 9 })).toEqual(['The spec is nested deeper than 9 levels.']);
    expect(parsed(make(100), { depth: 100 })).toEqual(within);
  });

  test('of a plain object, at the limit and one past it', () => {
    const tooDeep = (problem: string) => problem.includes('deeper than 64 levels');
    expect(validated(nested(64)).filter(tooDeep)).toEqual([]);
    expect(validated(nested(65)).filter(tooDeep)).toHaveLength(1);
  });
});

describe('nodes', () => {
  // The spec's mapping, five keys with values, training and its mapping, epochs and its value, extra and its list.
  const rest = 1 + 10 + 2 + 2 + 2;
  const list = (nodes: number) => extra(`[${'1,'.repeat(nodes - rest)}]`);

  test('at the limit and one past it', () => {
    expect(parsed(list(20_000))).toEqual(within);
    expect(parsed(list(20_001))).toEqual(['The spec has more than 20000 keys and values.']);
    expect(parsed(list(30), { nodes: 30 })).toEqual(within);
    expect(parsed(list(31), { nodes: 30 })).toEqual(['The spec has more than 30 keys and values.']);
  });

  test('of a plain object, at the limit and one past it', () => {
    const value = (nodes: number) => ({ extra: Array.from({ length: nodes - 2 }, () => 1) });
    const tooMany = (problem: string) => problem.includes('more than 30 keys');
    expect(validated(value(30), { nodes: 30 }).filter(tooMany)).toEqual([]);
    expect(validated(value(31), { nodes: 30 }).filter(tooMany)).toHaveLength(1);
  });
});

test('problems: as many as the limit are listed, the others counted', () => {
  const wrong = (count: number) => smallest + Array.from({ length: count }, (_, i) => `x${i}: 1\n`).join('');
  const message = (count: number) => {
    try {
      parseSpec(wrong(count), { registry, limits: { problems: 3 } });
    } catch (error) {
      return (error as TwinspecError).message.split('\n').length;
    }
    return 0;
  };
  expect(message(3)).toBe(3);
  expect(message(4)).toBe(4);
  expect(parsed(wrong(100))).toHaveLength(100);
  expect(parsed(wrong(101))).toHaveLength(100);
  expect(() => parseSpec(wrong(102), { registry })).toThrow('… and 2 more.');
});

test('overrides keep the limits too', () => {
  const set = [`extra=${'['.repeat(65)}${']'.repeat(65)}`];
  expect(problems(() => parseSpec(smallest, { registry, set }))).toEqual(['The spec is nested deeper than 64 levels.']);
});
