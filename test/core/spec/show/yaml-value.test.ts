import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { blockYaml } from '../../../../core/spec/show/resolved-yaml.js';
import { yamlValue } from '../../../../core/spec/show/yaml-value.js';

/** By PyYAML: of each text whether it reads the same when plain, and how it reads the same in quotes; what numbers read as. */
const { texts, numbers } = JSON.parse(
  readFileSync(new URL('../../../fixtures/yaml-texts.json', import.meta.url), 'utf8'),
) as { texts: [text: string, plain: boolean, quoted: string][]; numbers: Record<string, number | { text: string }> };

describe('what is written as YAML', () => {
  it('is read alike by YAML 1.1: 2,000 texts, as values, keys and entries of lists', () => {
    expect(texts).toHaveLength(2000);
    for (const [text, plain, quoted] of texts) {
      const right = plain ? [text, quoted] : [quoted];
      expect(right).toContain(yamlValue(text));
      expect(right.map((form) => `key: ${form}\n`)).toContain(blockYaml({ key: text }));
      expect(right.map((form) => `key: [${form}]\n`)).toContain(blockYaml({ key: [text] }));
      expect(right.map((form) => `${form}: 1\n`)).toContain(blockYaml({ [text]: 1 }));
    }
  });

  it('is read alike by YAML 1.1: numbers', () => {
    const values = Object.values(numbers).filter((value) => typeof value === 'number');
    expect(values.length).toBeGreaterThan(20);
    for (const value of values) {
      expect(numbers[yamlValue(value)], String(value)).toBe(value);
      expect(blockYaml({ key: value })).toBe(`key: ${yamlValue(value)}\n`);
    }
  });

  it('is read alike by YAML 1.2', () => {
    const all = [...texts.map(([text]) => text), ...Object.values(numbers), true, null, [], {}, { a: [1e-7, 'on'] }];
    for (const value of all) {
      expect(parse(blockYaml({ key: value }))).toEqual({ key: value });
      expect(parse(yamlValue({ key: value }))).toEqual({ key: value });
    }
  });

  it('is plain where it may be, for people to read', () => {
    const value = { name: 'mnist-mlp', loss: { use: 'acme/mine', with: { margin: 0.5 } }, units: [128, 64], own: 'on' };
    expect(blockYaml(value)).toBe(
      'name: mnist-mlp\nloss:\n  use: acme/mine\n  with:\n    margin: 0.5\nunits: [128, 64]\nown: "on"\n',
    );
  });
});
