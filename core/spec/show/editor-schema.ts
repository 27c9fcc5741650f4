import { optionsSchema, type JsonSchema } from '../../plugin/json-schema.js';
import { kinds, type Kind } from '../../plugin/kinds/index.js';
import { autoEngine, isComplete, namesOf, type Registry } from '../../plugin/registry.js';
import { shellSchema, useSchema } from '../shell/schema.js';

/**
 * The JSON Schema (draft-07) of a whole spec for editors: the shell, and the options of every plugin of the registry with
 * descriptions and defaults. What it accepts is valid up to what only a run of the validation finds.
 */
export function editorSchema(registry: Registry): JsonSchema {
  const definitions = kinds.flatMap((kind) => [
    [kind, slot(registry, kind)] as const,
    ...registry.list(kind).map((plugin) => {
      const description = plugin.reference ? `${plugin.summary} (${plugin.reference})` : plugin.summary;
      return [`${kind}/${plugin.name}`, { description, ...optionsSchema(plugin.options) }] as const;
    }),
  ]);
  const { properties, ...shell } = withSlots(shellSchema);
  return {
    $schema: 'http://json-schema.org/draft-07/schema#',
    title: 'Twinspec experiment',
    ...shell,
    properties: { extends: extendsSchema, ...properties },
    if: { required: ['extends'] },
    else: requirements(shellSchema, registry),
    definitions: Object.fromEntries(definitions),
  };
}

const extendsSchema: JsonSchema = {
  type: 'string',
  pattern: '\\.ya?ml$',
  description: 'A spec file in this folder or below it; what this file does not say is taken from there.',
};

/** Replaces each key that names a plugin by a reference to what its kind allows; nothing is required yet. */
function withSlots({ expected, also: _, required: __, ...schema }: JsonSchema): JsonSchema {
  if (!schema.properties) return typeof expected === 'string' ? { ...schema, patternErrorMessage: expected } : schema;
  const entries = Object.entries(schema.properties).map(([key, property]) => {
    const { plugin, description } = property;
    return [
      key,
      plugin === undefined ? withSlots(property) : { description, allOf: [reference(plugin as Kind)] },
    ] as const;
  });
  return { ...schema, properties: Object.fromEntries(entries) };
}

/** What a spec must say unless it extends another: required keys, and the name of each plugin. */
function requirements(schema: JsonSchema, registry: Registry): JsonSchema {
  const entries = Object.entries(schema.properties ?? {});
  const inner = entries.flatMap(([key, property]) => {
    if (property['plugin'] !== undefined)
      return [[key, { if: { type: 'object' }, then: { required: ['use'] } }] as const];
    return property.properties ? [[key, requirements(property, registry)] as const] : [];
  });
  const named = entries.filter(([, { plugin }]) => plugin !== undefined && !hasDefault(registry, plugin as Kind));
  return {
    required: [...(schema.required ?? []), ...named.map(([key]) => key)],
    properties: Object.fromEntries(inner),
  };
}

function hasDefault(registry: Registry, kind: Kind): boolean {
  const name = registry.defaultOf(kind);
  return name !== undefined && isComplete(registry, kind, name);
}

function reference(definition: string): JsonSchema {
  return { $ref: `#/definitions/${definition.replaceAll('/', '~1')}` };
}

/** What a key may hold that names a plugin of a kind: a name, a bare value, or a name with options. */
function slot(registry: Registry, kind: Kind): JsonSchema {
  const standard = registry.defaultOf(kind);
  const plugin = standard === undefined ? undefined : registry.find(kind, standard);
  const bare = plugin?.shorthand === undefined ? [] : [optionsSchema(plugin.options).properties![plugin.shorthand]];
  const short = namesOf(registry, kind).filter((name) => isComplete(registry, kind, name));
  return {
    ...(standard !== undefined && short.includes(standard) ? { default: standard } : {}),
    anyOf: [...(short.length > 0 ? [choice(registry, kind, short)] : []), ...bare, longForm(registry, kind)],
  };
}

function choice(registry: Registry, kind: Kind, names: readonly string[]): JsonSchema {
  const summaries = names.map((name) => registry.find(kind, name)?.summary ?? 'The best engine that loads.');
  return { type: 'string', enum: names, enumDescriptions: summaries };
}

function longForm(registry: Registry, kind: Kind): JsonSchema {
  const use = {
    ...choice(registry, kind, namesOf(registry, kind)),
    description: useSchema.properties!['use'].description,
  };
  const branches = namesOf(registry, kind).map((name) => {
    const options =
      kind === 'engine' && name === autoEngine ? { type: 'object', maxProperties: 0 } : reference(`${kind}/${name}`);
    return {
      if: { required: ['use'], properties: { use: { const: name } } },
      then: {
        properties: { with: options },
        ...(isComplete(registry, kind, name) ? {} : { required: ['with'] }),
      },
    };
  });
  const options = { type: 'object', description: useSchema.properties!['with'].description };
  return {
    type: 'object',
    description: useSchema.description,
    additionalProperties: false,
    properties: { use, with: options },
    allOf: branches,
  };
}
