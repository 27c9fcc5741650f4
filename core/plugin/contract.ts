import type { ValidateFunction } from 'ajv';
import { createAjv, type JsonSchema } from './json-schema.js';
import { apiVersion, type Descriptor } from './descriptor.js';
import { definers, kinds, type Kind } from './kinds/index.js';
import { nearest } from '../words/nearest.js';
import { pluginNamePattern } from './plugin-name.js';
import { serviceNames } from './services.js';

/** Own keys that no spec, option or plugin may carry. */
export const refusedKeys: ReadonlySet<string> = new Set(['__proto__', 'constructor', 'prototype']);

const optionName = /^[a-z][a-zA-Z0-9]*$/;
const units = ['pairs', 'triplets', 'rows'];

const optionChecks = ['conflicts', 'withoutEffect'] as const;
const commonKeys = [
  ...['apiVersion', 'kind', 'name', 'summary', 'reference', 'options', 'inject', 'shorthand', 'create'],
  ...optionChecks,
];

type Expectation = (value: unknown, options: Descriptor['options']) => string | null;

/** What a descriptor of some kinds carries beside the common metadata: name -> what is wrong with a value, or null. */
const ownMetadata: Partial<Record<Kind, Record<string, Expectation>>> = {
  base: { takes: optional(axisNames) },
  distance: {
    claims: optional(listOf(['symmetric', 'zero-to-itself'])),
    largestNormalized: optional((value) => (Number.isFinite(value) && Number(value) > 0 ? null : 'a positive number')),
  },
  loss: { consumes: oneOf(['pairs', 'triplets', 'batch']), margins: optional(numericOptions) },
  dataset: {
    yields: oneOf(units),
    holdsOut: optional(ownOption),
  },
  sampler: { yields: unitMap },
  schedule: { waits: optional(numericOptions), follows: optional(ownOption) },
  engine: {
    priority: (value) => (Number.isFinite(value) ? null : 'a number'),
    probe: (value) => (typeof value === 'function' ? null : 'a function'),
  },
};

const formCheck = createAjv();
const description: JsonSchema = { type: 'string', minLength: 1 };
const numbers = {
  minimum: { type: 'number' },
  maximum: { type: 'number' },
  exclusiveMinimum: { type: 'number' },
  exclusiveMaximum: { type: 'number' },
};
const nullable: JsonSchema = { const: true };

/** The subset of JSON Schema that an option may use, by the type that it states. `default` is checked by use. */
const optionForms: Readonly<Record<string, JsonSchema>> = {
  number: form({ ...numbers }),
  integer: form({ ...numbers }),
  boolean: form({}),
  string: form({ enum: { type: 'array', minItems: 1, uniqueItems: true, items: { type: 'string' } } }),
  array: form(
    {
      items: {
        type: 'object',
        required: ['type'],
        additionalProperties: false,
        properties: { type: { enum: ['number', 'integer', 'string'] }, ...numbers },
      },
      minItems: { type: 'integer', minimum: 0 },
      maxItems: { type: 'integer', minimum: 0 },
    },
    ['items'],
  ),
};

function form(own: Record<string, JsonSchema>, required: readonly string[] = []): JsonSchema {
  return {
    type: 'object',
    required: ['type', 'description', ...required],
    additionalProperties: false,
    properties: { type: { type: 'string' }, description, nullable, default: {}, ...own },
  };
}

/**
 * All that is wrong with a descriptor, in words; empty when it keeps the contract. Descriptors may come from plain
 * JavaScript. `compile` makes the validator of its options.
 */
export function contractFaults(
  candidate: unknown,
  compile: (descriptor: Descriptor) => ValidateFunction,
): readonly string[] {
  if (typeof candidate !== 'object' || candidate === null)
    return ['is not a descriptor; export what defineLoss, defineDistance or another define function returns'];
  const descriptor = candidate as Descriptor;
  if (descriptor.apiVersion !== apiVersion)
    return [
      `was made for plugin API ${show(descriptor.apiVersion)}; this copy of Twinspec speaks ${apiVersion}, so use releases of both that match`,
    ];
  const kind = kinds.find((known) => known === descriptor.kind);
  if (!kind) return [`is of unknown kind ${show(descriptor.kind)}; the kinds are ${kinds.join(', ')}`];
  const faults = [
    ...commonFaults(descriptor),
    ...metadataFaults(descriptor, kind),
    ...optionFaults(descriptor.options),
  ];
  return faults.length > 0
    ? faults
    : [...shorthandFaults(descriptor), ...defaultFaults(descriptor, compile(descriptor))];
}

function commonFaults(descriptor: Descriptor): string[] {
  const faults: string[] = [];
  if (typeof descriptor.name !== 'string' || !pluginNamePattern.test(descriptor.name))
    faults.push(
      `has the name ${show(descriptor.name)}; write lower-case words joined by hyphens, such as acme/my-loss`,
    );
  if (descriptor.kind === 'engine' && descriptor.name === 'auto')
    faults.push('has the name "auto", which is reserved for the best engine that loads');
  if (typeof descriptor.summary !== 'string' || descriptor.summary.trim() === '')
    faults.push('has no summary; say in one sentence what it does');
  if (typeof descriptor.create !== 'function') faults.push('has no create function');
  for (const name of optionChecks)
    if (descriptor[name] !== undefined && typeof descriptor[name] !== 'function')
      faults.push(`has ${name}: ${show(descriptor[name])}; it must be a function of the options`);
  if (!Array.isArray(descriptor.inject) || descriptor.inject.some((name) => typeof name !== 'string'))
    faults.push(`injects ${show(descriptor.inject)}; it must be a list of service names, such as ['tf']`);
  else
    for (const name of descriptor.inject as readonly string[])
      if (!serviceNames.includes(name))
        faults.push(`injects ${show(name)}; the services are ${serviceNames.join(', ')}`);
  return faults;
}

function metadataFaults(descriptor: Descriptor, kind: Kind): string[] {
  const own = ownMetadata[kind] ?? {};
  const known = [...commonKeys, ...Object.keys(own)];
  const unknown = Object.keys(descriptor).filter((key) => !known.includes(key));
  return [
    ...unknown.map((key) => {
      const meant = nearest(key, known);
      return `has an unknown key ${show(key)}${meant ? `; did you mean "${meant}"?` : ''}`;
    }),
    ...Object.entries(own).flatMap(([key, expect]) => {
      const value = (descriptor as unknown as Record<string, unknown>)[key];
      const expected = expect(value, Object(descriptor.options) as Descriptor['options']);
      return expected === null ? [] : [`has ${key}: ${show(value)}; ${definers[kind]} takes ${expected}`];
    }),
  ];
}

function optionFaults(options: unknown): string[] {
  if (typeof options !== 'object' || options === null || Array.isArray(options))
    return [`has options ${show(options)}; they must be an object of option name -> schema`];
  return Object.entries(options).flatMap(([name, schema]) => {
    if (!optionName.test(name) || refusedKeys.has(name))
      return [`has an option named ${show(name)}; write camelCase letters and digits`];
    return optionSchemaFaults(schema).map((fault) => `has an option "${name}" whose schema ${fault}`);
  });
}

function optionSchemaFaults(schema: unknown): string[] {
  const type: unknown = typeof schema === 'object' && schema !== null && 'type' in schema ? schema.type : undefined;
  if (typeof type !== 'string' || !Object.hasOwn(optionForms, type))
    return [`has type ${show(type)}; the types are ${Object.keys(optionForms).join(', ')}`];
  const validate = formCheck.compile(optionForms[type]);
  if (validate(schema)) return [];
  return (validate.errors ?? []).map(({ instancePath, message, params }) => {
    if ('additionalProperty' in params)
      return `has the keyword ${show(params['additionalProperty'])}, which is not supported`;
    if ('missingProperty' in params) return `lacks ${show(params['missingProperty'])}`;
    return `is wrong at ${instancePath}: ${message}`;
  });
}

function defaultFaults({ options }: Descriptor, validate: ValidateFunction): string[] {
  const given = Object.entries(options).filter(([, option]) => option.default !== undefined);
  validate(Object.fromEntries(given.map(([name, option]) => [name, option.default])));
  const errors = (validate.errors ?? []).filter(({ keyword }) => keyword !== 'required');
  return errors.map(({ instancePath, message }) => {
    const name = instancePath.split('/')[1];
    return `has an option "${name}" whose default ${show(options[name].default)} breaks its own schema: it ${message}`;
  });
}

function shorthandFaults({ shorthand, options }: Descriptor): string[] {
  if (shorthand === undefined) return [];
  if (!Object.hasOwn(options, shorthand)) return [`has the shorthand ${show(shorthand)}, which is none of its options`];
  const { type } = options[shorthand];
  return type === 'array' || type === 'string'
    ? [`has the shorthand "${shorthand}" of type ${type}; a bare value can only be a number or a boolean`]
    : [];
}

function oneOf(values: readonly string[]) {
  return (value: unknown) =>
    typeof value === 'string' && values.includes(value) ? null : `one of ${values.map(show).join(', ')}`;
}

function optional(expect: Expectation): Expectation {
  return (value, options) => {
    const expected = value === undefined ? null : expect(value, options);
    return expected && `${expected}, or nothing`;
  };
}

function listOf(values: readonly string[]): Expectation {
  return (value) =>
    Array.isArray(value) && value.every((entry) => values.includes(entry as string))
      ? null
      : `a list of ${values.map(show).join(' and ')}`;
}

function numericOptions(value: unknown, options: Descriptor['options']): string | null {
  const numeric = Object.keys(options).filter((name) => ['number', 'integer'].includes(options[name]?.type));
  return Array.isArray(value) && value.every((entry) => numeric.includes(entry as string))
    ? null
    : 'a list of names of its options of type number or integer';
}

function ownOption(value: unknown, options: Descriptor['options']): string | null {
  return typeof value === 'string' && Object.hasOwn(options, value) ? null : 'the name of one of its options';
}

function axisNames(value: unknown): string | null {
  const fits = Array.isArray(value) && value.length > 0 && value.every((axis) => typeof axis === 'string');
  return fits ? null : `a list of names of axes, such as ["height", "width", "channels"]`;
}

function unitMap(value: unknown): string | null {
  const entries: [string, unknown][] = typeof value === 'object' && value !== null ? Object.entries(value) : [];
  const fits = entries.length > 0 && entries.flat().every((unit) => units.includes(unit as string));
  return fits ? null : `a map from what the sampler takes to what it makes of it, such as { rows: 'rows' }`;
}

function show(value: unknown): string {
  if (typeof value === 'function') return 'a function';
  return JSON.stringify(value) ?? String(value);
}
