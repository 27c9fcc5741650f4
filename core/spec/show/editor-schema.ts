import { kindNames, type Kind } from '../../plugin/kinds/index.js';
import { autoEngine, namesOf, type Registry } from '../../plugin/registry.js';
import { isComplete, mustBeWritten, optionsOf, standardOf } from '../../plugin/uses.js';
import { jsonSchema, type JsonSchema } from '../../schema/json-schema.js';
import { isRequired, type PluginForm, type Schema } from '../../schema/schema.js';
import { shellSchema, useSchema } from '../shell/schema.js';

/**
 * The JSON Schema (draft-07) of a whole spec for editors: the shell, and the options of every plugin of the registry with
 * descriptions and defaults. What it accepts is valid up to what only a run of the validation finds.
 */
export function editorSchema(registry: Registry): JsonSchema {
  const definitions = kindNames.flatMap((kind) => [
    [kind, slot(registry, kind)] as const,
    ...registry.list(kind).map((plugin) => {
      const description = plugin.reference ? `${plugin.summary} (${plugin.reference})` : plugin.summary;
      return [`${kind}/${plugin.name}`, { description, ...forEditors(optionsOf(plugin)) }] as const;
    }),
  ]);
  const { properties, ...shell } = withoutRequired(forEditors(shellSchema));
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

/** Each plugin is a reference to what its kind allows. */
function forEditors(schema: Schema): JsonSchema {
  return withoutOurs(jsonSchema(schema, pluginReference));
}

function pluginReference({ kind, description, default: standard, nullable }: PluginForm & Schema): JsonSchema {
  const choices = nullable ? { anyOf: [{ type: 'null' }, reference(kind)] } : { allOf: [reference(kind)] };
  return { description, ...(standard === undefined ? {} : { default: standard }), ...choices };
}

/** Without the annotations that only our messages read. */
function withoutOurs({ expected, also: _, ...schema }: JsonSchema): JsonSchema {
  const words = typeof expected === 'string' && schema.type === 'string' ? { patternErrorMessage: expected } : {};
  return { ...mapped(schema, withoutOurs), ...words };
}

/** Nothing is required of a spec that extends another. */
function withoutRequired({ required: _, ...schema }: JsonSchema): JsonSchema {
  return mapped(schema, withoutRequired);
}

function mapped(schema: JsonSchema, change: (inner: JsonSchema) => JsonSchema): JsonSchema {
  const { properties, items } = schema;
  const entries = Object.entries(properties ?? {}).map(([key, property]) => [key, change(property)]);
  return {
    ...schema,
    ...(properties ? { properties: Object.fromEntries(entries) as typeof properties } : {}),
    ...(items ? { items: change(items) } : {}),
  };
}

/** What a spec must say unless it extends another: required keys, and the name of each plugin. */
function requirements(schema: Schema, registry: Registry): JsonSchema | undefined {
  if (schema.type === 'plugin') return { if: { type: 'object' }, then: { required: ['use'] } };
  if (schema.type === 'array') {
    const items = requirements(schema.items, registry);
    return items && { items };
  }
  if (schema.type !== 'object') return undefined;
  const entries = Object.entries(schema.properties);
  const required = entries.filter(([, each]) =>
    each.type === 'plugin' ? mustBeWritten(each, registry) : isRequired(each),
  );
  const inner = entries.flatMap(([key, property]) => {
    const needs = requirements(property, registry);
    return needs ? [[key, needs] as const] : [];
  });
  return { required: required.map(([key]) => key), properties: Object.fromEntries(inner) };
}

function reference(definition: string): JsonSchema {
  return { $ref: `#/definitions/${definition.replaceAll('/', '~1')}` };
}

/** What a key may hold that names a plugin of a kind: a name, a bare value, or a name with options. */
function slot(registry: Registry, kind: Kind): JsonSchema {
  const standard = registry.defaultOf(kind);
  const plugin = standard === undefined ? undefined : registry.find(kind, standard);
  const bare = plugin?.shorthand === undefined ? [] : [forEditors(plugin.options[plugin.shorthand])];
  const short = namesOf(registry, kind).filter((name) => isComplete(registry, kind, name));
  const alone = standardOf(registry, kind);
  return {
    ...(alone === undefined ? {} : { default: alone }),
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
    description: useSchema.properties.use.description,
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
  const options = { type: 'object', description: useSchema.properties.with.description };
  return {
    type: 'object',
    description: useSchema.description,
    additionalProperties: false,
    properties: { use, with: options },
    allOf: branches,
  };
}
