import { Ajv } from 'ajv';
import type { OptionSchema, OptionSchemas } from './options.js';

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
 * A strict validator that reports every error. Three annotations are ours: `plugin`, the kind of plugin that a key of the
 * spec names; `expected`, words for what a message should ask for; `also`, other names that people give the key.
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
  ajv.addVocabulary(['plugin', 'expected', 'also']);
  return ajv;
}

/** The JSON Schema of a plugin's options: no others allowed, those without a default required. */
export function optionsSchema(options: OptionSchemas): JsonSchema {
  const required = Object.keys(options).filter((name) => options[name].default === undefined);
  const properties = Object.fromEntries(Object.entries(options).map(([name, option]) => [name, optionSchema(option)]));
  return { type: 'object', additionalProperties: false, required, properties };
}

function optionSchema({ nullable, ...schema }: OptionSchema): JsonSchema {
  if (!nullable) return schema;
  const choices = 'enum' in schema && schema.enum ? { enum: [...schema.enum, null] } : {};
  return { ...schema, ...choices, type: [schema.type, 'null'] };
}
