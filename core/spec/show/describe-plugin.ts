import type { Descriptor } from '../../plugin/descriptor.js';
import type { KindRow } from '../../plugin/kind.js';
import { kinds, type Kind } from '../../plugin/kinds/index.js';
import type { Registry } from '../../plugin/registry.js';
import { optionsOf, standardOf } from '../../plugin/uses.js';
import { expected } from '../../schema/expected.js';
import { jsonSchema } from '../../schema/json-schema.js';
import type { Schema } from '../../schema/schema.js';
import { shellSchema } from '../shell/schema.js';
import { exampleOptions } from './example.js';
import { blockYaml } from './resolved-yaml.js';
import { yamlValue } from './yaml-value.js';

export interface OptionRow {
  /** With the names that lead to it where it is nested, such as `window.size` or `windows[].size`. */
  readonly name: string;
  /** What it takes, such as `a number greater than 0`. */
  readonly takes: string;
  /** As a spec writes it; null where the option is required. */
  readonly standard: string | null;
  readonly description: string;
}

/** The options of a plugin, each before those that are nested in it. */
export function describeOptions(plugin: Descriptor, registry: Registry): readonly OptionRow[] {
  const rowsOf = (name: string, schema: Schema): OptionRow[] => {
    const standard = standardValue(schema, registry);
    const row = {
      name,
      takes: expected(jsonSchema(schema)),
      standard: standard === undefined ? null : yamlValue(standard),
      description: schema.description ?? '',
    };
    return [row, ...nested(name, schema)];
  };
  const nested = (name: string, schema: Schema): OptionRow[] => {
    if (schema.type === 'array') return nested(`${name}[]`, schema.items);
    if (schema.type !== 'object') return [];
    const prefix = name === '' ? '' : `${name}.`;
    return Object.entries(schema.properties).flatMap(([key, property]) => rowsOf(prefix + key, property));
  };
  return nested('', optionsOf(plugin));
}

/** What an absent value stands for; undefined where it must be given. */
function standardValue(schema: Schema, registry: Registry): unknown {
  if (schema.default !== undefined) return schema.default;
  if (schema.type === 'plugin') return standardOf(registry, schema.kind as Kind);
  if (schema.type !== 'object') return undefined;
  const entries = Object.entries(schema.properties).map(([key, each]) => [key, standardValue(each, registry)] as const);
  return entries.some(([, value]) => value === undefined) ? undefined : Object.fromEntries(entries);
}

/** What a plugin states beside its options, as a label and a text each. */
export function traitsOf(plugin: Descriptor): readonly (readonly [label: string, text: string])[] {
  const { traits = {} } = kinds[plugin.kind as Kind] as unknown as KindRow<Descriptor & Record<string, unknown>>;
  const stated = plugin as unknown as Readonly<Record<string, unknown>>;
  return Object.entries(traits).flatMap(([key, wordsFor]) => {
    const value = stated[key];
    const isSaid = value !== undefined && !(Array.isArray(value) && value.length === 0);
    return isSaid ? [(wordsFor as (value: unknown) => readonly [string, string])(value)] : [];
  });
}

/** Where a spec names plugins of a kind. */
export interface PlaceOfKind {
  /** The keys that lead there. */
  readonly keys: readonly string[];
  readonly isList: boolean;
}

/** The first place of a spec for plugins of a kind; null where only options of other plugins name them. */
export function placeOfKind(
  kind: Kind,
  schema: Schema = shellSchema,
  keys: readonly string[] = [],
): PlaceOfKind | null {
  if (schema.type === 'plugin') return schema.kind === kind ? { keys, isList: false } : null;
  if (schema.type === 'array') return placeOfKind(kind, schema.items, keys) && { keys, isList: true };
  if (schema.type !== 'object') return null;
  for (const [key, property] of Object.entries(schema.properties)) {
    const found = placeOfKind(kind, property, [...keys, key]);
    if (found) return found;
  }
  return null;
}

/** How a spec names a plugin, with every option written out. */
export function exampleUse(plugin: Descriptor, registry: Registry): string {
  const { keys, isList } = placeOfKind(plugin.kind as Kind) ?? { keys: [plugin.kind], isList: false };
  const options = exampleOptions(plugin, registry);
  const use = Object.keys(options).length === 0 ? plugin.name : { use: plugin.name, with: options };
  return blockYaml(keys.reduceRight<unknown>((inner, key) => ({ [key]: inner }), isList ? [use] : use)).trimEnd();
}
