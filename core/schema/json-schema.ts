import { Ajv } from 'ajv';
import { isRequired, type PluginForm, type Schema } from './schema.js';

/** JSON Schema draft-07, as far as we write it. */
export interface JsonSchema {
  readonly [keyword: string]: unknown;
  readonly type?: string | readonly string[];
  readonly description?: string;
  readonly default?: unknown;
  readonly enum?: readonly unknown[];
  readonly const?: unknown;
  readonly required?: readonly string[];
  readonly properties?: Readonly<Record<string, JsonSchema>>;
  readonly items?: JsonSchema;
  readonly anyOf?: readonly JsonSchema[];
}

/**
 * A strict validator that reports every error. These keywords are ours: `plugin`, the kind of plugin that a value names;
 * `expected`, words for what a message should ask for; `also`, other names that people give the key; `optional`, see Schema; `option`, in a
 * descriptor: the name of one of its options, of one of these types.
 */
export function createAjv(): Ajv {
  const ajv = new Ajv({
    allErrors: true,
    verbose: true,
    ownProperties: true,
    code: { optimize: false },
    // Our schemas are data of ours or keep the contract of options; checking each against draft-07 doubles the start-up.
    meta: false,
    validateSchema: false,
  });
  ajv.addVocabulary(['plugin', 'expected', 'also', 'optional']);
  ajv.addKeyword({ keyword: 'option', validate: isOption, errors: false });
  return ajv;
}

function isOption(types: readonly string[], name: unknown, _?: object, context?: { rootData: unknown }): boolean {
  const { options } = context!.rootData as { options: Readonly<Record<string, { readonly type?: string }>> };
  if (typeof name !== 'string' || !Object.hasOwn(Object(options) as object, name)) return false;
  return types.length === 0 || types.includes(options[name]?.type ?? '');
}

type AsJsonSchema = (plugin: PluginForm & Schema) => JsonSchema;

/** A plugin is validated apart, by what its name stands for. */
const anyPlugin: AsJsonSchema = ({ kind, description, also }) => ({ plugin: kind, description, also });

/** The JSON Schema of what a schema allows: no other keys, those without a default required. */
export function jsonSchema(schema: Schema, pluginSchema: AsJsonSchema = anyPlugin): JsonSchema {
  if (schema.type === 'plugin') return pluginSchema(schema);
  const { nullable, ...rest } = schema;
  const inner = (each: Schema) => jsonSchema(each, pluginSchema);
  switch (rest.type) {
    case undefined:
      return 'anyOf' in rest ? { ...rest, anyOf: rest.anyOf.map(inner) } : rest;
    case 'option': {
      const { of = [], ...others } = rest;
      return { ...others, type: 'string', option: of };
    }
    case 'array':
      return { ...rest, items: inner(rest.items), type: orNull(rest.type, nullable) };
    case 'object': {
      const { properties, ...others } = rest;
      const entries = Object.entries(properties);
      const required = entries.filter(([, property]) => isRequired(property)).map(([key]) => key);
      return {
        ...others,
        type: orNull(others.type, nullable),
        additionalProperties: false,
        required,
        properties: Object.fromEntries(entries.map(([key, property]) => [key, inner(property)])),
      };
    }
    default: {
      const choices = nullable && 'enum' in rest && rest.enum ? { enum: [...rest.enum, null] } : {};
      return { ...rest, ...choices, type: orNull(rest.type, nullable) };
    }
  }
}

function orNull(type: string, nullable: true | undefined): string | readonly string[] {
  return nullable ? [type, 'null'] : type;
}
