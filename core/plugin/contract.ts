import type { ValidateFunction } from 'ajv';
import { expected } from '../schema/expected.js';
import { createAjv, jsonSchema } from '../schema/json-schema.js';
import type { Schema } from '../schema/schema.js';
import { didYouMean } from '../words/nearest.js';
import { otherVersion, replacedKeys } from './api-change.js';
import { apiVersion, type Descriptor } from './descriptor.js';
import type { KindRow, Metadata } from './kind.js';
import { kindNames, kinds } from './kinds/index.js';
import { optionFaults } from './option-faults.js';
import { pluginNamePattern } from './plugin-name.js';
import { serviceNames } from './services.js';
import { show } from './show.js';

const optionChecks = ['conflicts', 'withoutEffect'] as const;
const commonKeys = [
  ...['apiVersion', 'kind', 'name', 'summary', 'reference', 'options', 'inject', 'shorthand', 'create'],
  ...optionChecks,
];

const ajv = createAjv();
const metadataChecks = new Map<Metadata, ValidateFunction>();

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
  if (descriptor.apiVersion !== apiVersion) return [otherVersion(descriptor.apiVersion, descriptor.kind)];
  const kind = kindNames.find((known) => known === descriptor.kind);
  if (!kind) return [`is of unknown kind ${show(descriptor.kind)}; the kinds are ${kindNames.join(', ')}`];
  const options = optionFaults(descriptor.options);
  const faults = [
    ...commonFaults(descriptor),
    ...(options.length > 0 ? options : metadataFaults(descriptor, kinds[kind] as KindRow<Descriptor>)),
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

function metadataFaults(
  descriptor: Descriptor,
  { define, metadata = {}, functions = [] }: KindRow<Descriptor>,
): string[] {
  const stated = descriptor as unknown as Readonly<Record<string, unknown>>;
  const known = [...commonKeys, ...Object.keys(metadata), ...functions];
  const check = metadataCheck(metadata);
  check(stated);
  const wrong = new Set((check.errors ?? []).map(({ instancePath, params }) => keyOf(instancePath, params)));
  return [
    ...Object.keys(descriptor)
      .filter((key) => !known.includes(key))
      .map((key) =>
        [`has an unknown key ${show(key)}`, replacedKeys.get(key) ?? didYouMean(key, known)].filter(Boolean).join('. '),
      ),
    ...[...wrong].map((key) => `has ${key}: ${show(stated[key])}; ${define} takes ${wordsFor(metadata[key])}`),
    ...functions
      .filter((name) => typeof stated[name] !== 'function')
      .map((name) => `has ${name}: ${show(stated[name])}; ${define} takes a function`),
  ];
}

function metadataCheck(metadata: Metadata): ValidateFunction {
  const check =
    metadataChecks.get(metadata) ??
    ajv.compile({ ...jsonSchema({ type: 'object', properties: metadata }), additionalProperties: true });
  metadataChecks.set(metadata, check);
  return check;
}

/** The key of the descriptor that an error is in. */
function keyOf(instancePath: string, params: object): string {
  return instancePath.split('/')[1] ?? (params as { missingProperty: string }).missingProperty;
}

function wordsFor(schema: Schema): string {
  return `${expected(jsonSchema(schema))}${schema.optional ? ', or nothing' : ''}`;
}

/** `validate` gets all defaults, also those of what is nested. */
function defaultFaults({ options }: Descriptor, validate: ValidateFunction): string[] {
  validate(defaultOf({ type: 'object', properties: options }));
  const errors = (validate.errors ?? []).filter(({ keyword }) => keyword !== 'required');
  return errors.map(({ instancePath, message, data }) => {
    const path = instancePath.slice(1).replaceAll('/', '.');
    return `has an option "${path}" whose default ${show(data)} breaks its own schema: it ${message}`;
  });
}

function defaultOf(schema: Schema): unknown {
  if (schema.default !== undefined) return schema.default;
  if (schema.type === 'array') {
    const item = defaultOf(schema.items);
    return item === undefined ? undefined : Array.from({ length: Math.max(1, schema.minItems ?? 1) }, () => item);
  }
  if (schema.type !== 'object') return undefined;
  const entries = Object.entries(schema.properties).map(([name, property]) => [name, defaultOf(property)] as const);
  return Object.fromEntries(entries.filter(([, value]) => value !== undefined));
}

function shorthandFaults({ shorthand, options }: Descriptor): string[] {
  if (shorthand === undefined) return [];
  if (!Object.hasOwn(options, shorthand)) return [`has the shorthand ${show(shorthand)}, which is none of its options`];
  const { type } = options[shorthand];
  return ['number', 'integer', 'boolean'].includes(type)
    ? []
    : [`has the shorthand "${shorthand}" of type ${type}; a bare value can only be a number or a boolean`];
}
