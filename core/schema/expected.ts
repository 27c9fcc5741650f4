import { article } from '../words/article.js';
import { quote } from '../words/received.js';
import type { JsonSchema } from './json-schema.js';

/** What a schema allows, in words that follow "must be". */
export function expected(schema: JsonSchema): string {
  if (typeof schema['expected'] === 'string') return schema['expected'];
  if (schema.anyOf) return schema.anyOf.map(expected).join(' or ');
  if (schema.const !== undefined) return literal(schema.const);
  if (typeof schema['plugin'] === 'string') return `the name of ${article(schema['plugin'])} or a mapping with use`;
  if (schema['option']) return `the name of one of its options${ofTypes(schema)}`;
  if (schema.enum) return `one of ${schema.enum.map(literal).join(', ')}`;
  const types = [schema.type].flat();
  const words = types.filter((type) => type !== 'null').map((type) => typed(schema, type));
  return [...words, ...(types.includes('null') ? ['null'] : [])].join(' or ');
}

function literal(value: unknown): string {
  return typeof value === 'string' ? quote(value) : String(value);
}

function typed(schema: JsonSchema, type: unknown): string {
  if (type === 'number') return ['a number', ofRange(schema)].filter(Boolean).join(' ');
  if (type === 'integer') return ['a whole number', ofRange(schema)].filter(Boolean).join(' ');
  if (type === 'boolean') return 'true or false';
  if (type === 'array') return `a list of ${entries(schema)}${items(schema.items)}`;
  return type === 'string' ? 'text' : mapping(schema);
}

function mapping({ properties = {} }: JsonSchema): string {
  const keys = Object.keys(properties);
  return keys.length === 0 || keys.length > 6 ? 'a mapping of keys to values' : `a mapping with ${keys.join(', ')}`;
}

function items(schema: JsonSchema | undefined): string {
  if (!schema) return 'texts';
  if (schema['option']) return `names of its options${ofTypes(schema)}`;
  if (schema.type === 'string' && !schema.enum) return 'texts';
  if (schema.type !== 'integer' && schema.type !== 'number') return `entries, each ${expected(schema)}`;
  const words = schema.type === 'integer' ? 'whole numbers' : 'numbers';
  const each = range(schema);
  return each ? `${words}, each ${each}` : words;
}

function ofTypes(schema: JsonSchema): string {
  const types = schema['option'] as readonly string[];
  return types.length === 0 ? '' : ` of type ${types.join(' or ')}`;
}

function entries({ minItems, maxItems }: JsonSchema): string {
  if (minItems === maxItems) return minItems === undefined ? '' : `${literal(minItems)} `;
  if (minItems === 1 && maxItems === undefined) return 'one or more ';
  if (minItems !== undefined && maxItems !== undefined) return `${literal(minItems)} to ${literal(maxItems)} `;
  return `${range({ minimum: minItems, maximum: maxItems })} `;
}

function ofRange(schema: JsonSchema): string {
  const words = range(schema);
  return words.startsWith('at') ? `of ${words}` : words;
}

function range({ minimum, maximum, exclusiveMinimum, exclusiveMaximum }: JsonSchema): string {
  if (minimum !== undefined && maximum !== undefined) return `from ${literal(minimum)} to ${literal(maximum)}`;
  const bounds: readonly [string, unknown][] = [
    ['at least', minimum],
    ['greater than', exclusiveMinimum],
    ['at most', maximum],
    ['less than', exclusiveMaximum],
  ];
  const stated = bounds.filter(([, bound]) => bound !== undefined);
  return stated.map(([word, bound]) => `${word} ${literal(bound)}`).join(' and ');
}
