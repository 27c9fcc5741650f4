import { Ajv } from 'ajv';
import { describe, expect, test } from 'vitest';
import { parse } from 'yaml';
import { editorSchema } from '../../../../core/spec/show/editor-schema.js';
import { parseSpec } from '../../../../core/spec/parse-spec.js';
import { registry, smallest } from '../fixtures.js';

const schema = editorSchema(registry);
const validate = new Ajv({ strict: false, allErrors: true }).compile(schema);

function isValid(text: string): boolean {
  try {
    parseSpec(text, { registry });
    return true;
  } catch {
    return false;
  }
}

describe('accepts what the validation accepts', () => {
  test.each([
    [smallest, true],
    [`${smallest}  learningRate: 0.1`, true],
    [`${smallest}  learningRate: { use: constant, with: { value: 0.1 } }`, true],
    [`${smallest}  learningRate: { use: constant }`, true],
    [`${smallest}  optimizer: { use: sgd, with: { momentum: 0.9 } }\nengine: cpu`, true],
    [`${smallest}engine: { use: auto, with: {} }`, true],
    [`${smallest}evaluation: { threshold: fit }`, true],
    [smallest.replace('mlp', '{ use: mlp, with: { clip: null, activation: tanh } }'), true],
    ['', false],
    [smallest.replace('version: 1', 'version: 2'), false],
    [smallest.replace('small', 'Small'), false],
    [smallest.replace('mlp', 'mpl'), false],
    [smallest.replace('base: mlp', ''), false],
    [smallest.replace('epochs: 3', 'batchSize: 3'), false],
    [smallest.replace('mlp', '{ use: mlp, with: { unit: [1] } }'), false],
    [smallest.replace('mlp', '{ use: mlp, with: { activation: null } }'), false],
    [smallest.replace('mlp', '{ use: mlp, units: [1] }'), false],
    [smallest.replace('mlp', '{ with: { units: [1] } }'), false],
    [`${smallest}  learningRate: 0`, false],
    [`${smallest}engine: { use: auto, with: { threads: 2 } }`, false],
    [`${smallest}evaluation: { threshold: best }`, false],
    [`${smallest}epochs: 3`, false],
  ])('%s', (text, valid) => {
    expect(isValid(text)).toBe(valid);
    expect(validate(parse(text))).toBe(valid);
  });
});

test('asks a spec that extends another for nothing', () => {
  expect(validate({ extends: './base.yaml', training: { batchSize: 8 }, loss: { with: { margin: 2 } } })).toBe(true);
  expect(validate({ extends: './base.yaml', training: { epochs: 0 } })).toBe(false);
  expect(validate({ extends: './base.txt' })).toBe(false);
});

test('describes every key, plugin and option', () => {
  const undescribed: string[] = [];
  const look = (part: unknown, path: string): void => {
    if (typeof part !== 'object' || part === null) return;
    const { properties } = part as { properties?: Record<string, { description?: string; const?: unknown }> };
    for (const [key, property] of Object.entries(properties ?? {}))
      if (!property.description && !/\/(if|then|else)\//.test(`${path}/`)) undescribed.push(`${path}/${key}`);
    for (const [key, child] of Object.entries(part)) look(child, `${path}/${key}`);
  };
  look(schema, '');
  expect(undescribed).toEqual([]);
});
