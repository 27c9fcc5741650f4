import type { JsonSchema } from '../plugin/json-schema.js';

const longest = 60;

/** A text in quotes; control characters, bidirectional marks and the like are escaped, and what is long is cut. */
export function quote(text: string): string {
  const cut = text.length > longest ? `${text.slice(0, longest)}…` : text;
  return JSON.stringify(cut).replaceAll(/[\p{C}\p{Zl}\p{Zp}]/gu, (c) => `\\u{${c.codePointAt(0)!.toString(16)}}`);
}

/** A value of a spec, as a message tells that it was received. */
export function received(value: unknown): string {
  if (value === null || value === undefined) return 'nothing';
  if (typeof value === 'string') return quote(value);
  if (typeof value === 'number') return Number.isFinite(value) ? String(value) : yamlSpecials(value);
  if (Array.isArray(value)) return value.length === 0 ? 'an empty list' : `a list, [${listed(value.map(inner))}]`;
  if (typeof value !== 'object') return JSON.stringify(value);
  const keys = Object.keys(value);
  return keys.length === 0 ? 'an empty mapping' : `a mapping with ${listed(keys.map((key) => quote(key)))}`;
}

function inner(value: unknown): string {
  if (Array.isArray(value)) return '[…]';
  return typeof value === 'object' && value !== null ? '{…}' : received(value);
}

function listed(parts: readonly string[]): string {
  const shown = parts.slice(0, 5).join(', ');
  return parts.length > 5 ? `${shown}, … (${parts.length} in all)` : shown;
}

function yamlSpecials(value: number): string {
  if (Number.isNaN(value)) return '.nan';
  return value > 0 ? '.inf' : '-.inf';
}

/** What a schema allows, in words that follow "must be". */
export function expected(schema: JsonSchema): string {
  if (typeof schema['expected'] === 'string') return schema['expected'];
  if (schema.anyOf) return schema.anyOf.map(expected).join(' or ');
  if (schema.const !== undefined) return literal(schema.const);
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
  return type === 'string' ? 'text' : 'a mapping of keys to values';
}

function items(schema: JsonSchema | undefined): string {
  if (!schema || schema.type === 'string') return 'texts';
  const words = schema.type === 'integer' ? 'whole numbers' : 'numbers';
  const each = range(schema);
  return each ? `${words}, each ${each}` : words;
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
