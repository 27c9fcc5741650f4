import type { ValidateFunction } from 'ajv';
import { createAjv, type JsonSchema } from '../schema/json-schema.js';
import { show } from './show.js';
import { kindNames } from './kinds/index.js';

/** Own keys that no spec, option or plugin may carry. */
export const refusedKeys: ReadonlySet<string> = new Set(['__proto__', 'constructor', 'prototype']);

const optionName = /^[a-z][a-zA-Z0-9]*$/;
const numbers = {
  minimum: { type: 'number' },
  maximum: { type: 'number' },
  exclusiveMinimum: { type: 'number' },
  exclusiveMaximum: { type: 'number' },
};
const count = { type: 'integer', minimum: 0 };

/** The keywords that an option may use beside the common ones, by the type that it states. `default` is checked by use. */
const forms: Readonly<Record<string, { readonly [keyword: string]: JsonSchema }>> = {
  number: numbers,
  integer: numbers,
  boolean: {},
  string: { enum: { type: 'array', minItems: 1, uniqueItems: true, items: { type: 'string' } } },
  array: { items: { type: 'object' }, minItems: count, maxItems: count },
  object: { properties: { type: 'object' } },
  // An engine runs all of a spec, so none is part of another plugin.
  plugin: {
    kind: { enum: kindNames.filter((kind) => kind !== 'engine') },
    default: { type: ['string', 'object', 'null'] },
  },
};
const needed: readonly string[] = ['items', 'properties', 'kind'];

const ajv = createAjv();
const checks = new Map<string, ValidateFunction>();

function formCheck(type: string, isItem: boolean): ValidateFunction {
  const key = `${type} ${isItem}`;
  const own = forms[type];
  const check =
    checks.get(key) ??
    ajv.compile({
      type: 'object',
      required: [
        'type',
        ...(isItem ? [] : ['description']),
        ...Object.keys(own).filter((word) => needed.includes(word)),
      ],
      additionalProperties: false,
      properties: {
        type: { type: 'string' },
        description: { type: 'string', minLength: 1 },
        nullable: { const: true },
        ...(isItem ? {} : { default: {} }),
        ...own,
      },
    });
  checks.set(key, check);
  return check;
}

/** What is wrong with the names and the schemas of options, in words; `path` leads to where they are nested. */
export function optionFaults(options: unknown, path = ''): string[] {
  if (typeof options !== 'object' || options === null || Array.isArray(options))
    return [`has options ${show(options)}; they must be an object of option name -> schema`];
  return Object.entries(options).flatMap(([name, schema]) => {
    if (!optionName.test(name) || refusedKeys.has(name))
      return [`has an option named ${show(path + name)}; write camelCase letters and digits`];
    return schemaFaults(schema, path + name);
  });
}

function schemaFaults(schema: unknown, path: string, isItem = false): string[] {
  const faults = formFaults(schema, isItem);
  if (faults.length > 0) return faults.map((fault) => `has an option "${path}" whose schema ${fault}`);
  const { items, properties } = schema as JsonSchema;
  if (items) return schemaFaults(items, `${path}[]`, true);
  return properties ? optionFaults(properties, `${path}.`) : [];
}

function formFaults(schema: unknown, isItem: boolean): string[] {
  const type: unknown = typeof schema === 'object' && schema !== null && 'type' in schema ? schema.type : undefined;
  if (typeof type !== 'string' || !Object.hasOwn(forms, type))
    return [`has type ${show(type)}; the types are ${Object.keys(forms).join(', ')}`];
  const check = formCheck(type, isItem);
  if (check(schema)) return [];
  return (check.errors ?? []).map(({ instancePath, message, params }) => {
    if ('additionalProperty' in params)
      return `has the keyword ${show(params['additionalProperty'])}, which is not supported`;
    if ('missingProperty' in params) return `lacks ${show(params['missingProperty'])}`;
    return `is wrong at ${instancePath}: ${message}`;
  });
}
