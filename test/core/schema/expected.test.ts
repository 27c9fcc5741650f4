import { describe, expect, test } from 'vitest';
import { expected } from '../../../core/schema/expected.js';

describe('what a schema expects', () => {
  test.each([
    [{ type: 'number' }, 'a number'],
    [{ type: 'number', minimum: 0, maximum: 1 }, 'a number from 0 to 1'],
    [{ type: 'number', minimum: 0, exclusiveMaximum: 1 }, 'a number of at least 0 and less than 1'],
    [{ type: 'integer', exclusiveMinimum: 0 }, 'a whole number greater than 0'],
    [{ type: ['number', 'null'], maximum: 5 }, 'a number of at most 5 or null'],
    [{ type: 'boolean' }, 'true or false'],
    [{ type: 'string' }, 'text'],
    [{ type: 'string', enum: ['a', 'b'] }, 'one of "a", "b"'],
    [{ type: ['string', 'null'], enum: ['a', null] }, 'one of "a", null'],
    [{ type: 'array', items: { type: 'string' } }, 'a list of texts'],
    [{ type: 'array', items: { type: 'number' }, minItems: 2, maxItems: 2 }, 'a list of 2 numbers'],
    [
      { type: 'array', items: { type: 'integer', minimum: 1 }, minItems: 1 },
      'a list of one or more whole numbers, each at least 1',
    ],
    [{ type: 'array', items: { type: 'number' }, minItems: 2, maxItems: 4 }, 'a list of 2 to 4 numbers'],
    [{ anyOf: [{ type: 'number', exclusiveMinimum: 0 }, { const: 'fit' }] }, 'a number greater than 0 or "fit"'],
    [{ type: 'string', pattern: 'x', expected: 'an x' }, 'an x'],
    [{ type: 'array', items: { type: 'string', enum: ['a', 'b'] } }, 'a list of entries, each one of "a", "b"'],
    [{ type: 'object', properties: { size: {}, step: {} } }, 'a mapping with size, step'],
    [{ type: 'object' }, 'a mapping of keys to values'],
    [{ plugin: 'engine' }, 'the name of an engine or a mapping with use'],
    [
      { type: 'array', items: { plugin: 'loss' }, minItems: 1 },
      'a list of one or more entries, each the name of a loss or a mapping with use',
    ],
  ])('%j', (schema, words) => {
    expect(expected(schema)).toBe(words);
  });
});
