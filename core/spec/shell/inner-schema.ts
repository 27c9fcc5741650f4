import type { Kind } from '../../plugin/kinds/index.js';
import type { Registry } from '../../plugin/registry.js';
import { longForm, optionsOf } from '../../plugin/uses.js';
import type { Schema } from '../../schema/schema.js';

const noOptions = { options: {} };

/** The schema of what stands under a key of a value; undefined where none is known. */
export function innerSchema(
  schema: Schema | undefined,
  value: unknown,
  key: string,
  registry: Registry,
): Schema | undefined {
  switch (schema?.type) {
    case 'object':
      return Object.hasOwn(schema.properties, key) ? schema.properties[key] : undefined;
    case 'array':
      return schema.items;
    case 'plugin':
      return key === 'with' ? optionsOf(namedBy(value, schema.kind as Kind, registry) ?? noOptions) : undefined;
    default:
      return undefined;
  }
}

/** The plugin that a value of a spec names. */
export function namedBy(value: unknown, kind: Kind, registry: Registry) {
  const name = longForm(registry, kind, value)?.['use'];
  return typeof name === 'string' ? registry.find(kind, name) : undefined;
}
