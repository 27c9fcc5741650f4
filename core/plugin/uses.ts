import { emptyMapping, isMapping, type Mapping } from '../schema/mapping.js';
import { isRequired, type MappingForm, type Schema } from '../schema/schema.js';
import type { Descriptor } from './descriptor.js';
import type { Kind } from './kinds/index.js';
import type { PluginUse } from './options.js';

/** Plugins by kind and name, and the one of a kind that an absent value stands for. */
export interface Plugins {
  find(kind: Kind, name: string): Descriptor | undefined;
  defaultOf(kind: Kind): string | undefined;
}

/** A place of a complete value that names a plugin. */
export interface PlacedUse {
  /** Dotted path, such as `training.sampler` or `loss.with.losses.0`. */
  readonly place: string;
  readonly kind: Kind;
  readonly use: PluginUse;
}

/** The schema of all options of a plugin. */
export function optionsOf({ options }: Pick<Descriptor, 'options'>): MappingForm<Schema> {
  return { type: 'object', properties: options };
}

/** Whether every option of a plugin has a default, so that its name alone says all. `asked` are kinds that this is asked for. */
export function isComplete(plugins: Plugins, kind: Kind, name: string, asked: readonly Kind[] = []): boolean {
  const plugin = plugins.find(kind, name);
  return plugin === undefined || !mustBeWritten(optionsOf(plugin), plugins, asked);
}

/** Whether a value has to be given: it has no default, or is a plugin of a kind of which none is taken by itself. */
export function mustBeWritten(schema: Schema, plugins: Plugins, asked: readonly Kind[] = []): boolean {
  if (schema.default !== undefined) return false;
  if (schema.type === 'plugin') return standardOf(plugins, schema.kind as Kind, asked) === undefined;
  if (schema.type !== 'object') return isRequired(schema);
  return Object.values(schema.properties).some((each) => mustBeWritten(each, plugins, asked));
}

/** The plugin that an absent value of a kind stands for: its default, where that has no option that must be given. */
export function standardOf(plugins: Plugins, kind: Kind, asked: readonly Kind[] = []): string | undefined {
  const name = plugins.defaultOf(kind);
  if (name === undefined || asked.includes(kind)) return undefined;
  return isComplete(plugins, kind, name, [...asked, kind]) ? name : undefined;
}

/**
 * The long form of what names a plugin: a name stands for `{ use: name }`, a number or a boolean for the default plugin with
 * that value as its shorthand option, nothing for the default plugin. A mapping stays as it is; null where nothing is named.
 */
export function longForm(plugins: Plugins, kind: Kind, value: unknown): Mapping | null {
  if (isMapping(value)) return value;
  const name = value === undefined ? standardOf(plugins, kind) : value;
  if (typeof name === 'string') return Object.assign(emptyMapping(), { use: name });
  const standard = plugins.defaultOf(kind);
  const shorthand = standard && plugins.find(kind, standard)?.shorthand;
  if (!shorthand || (typeof value !== 'number' && typeof value !== 'boolean')) return null;
  const options = Object.assign(emptyMapping(), { [shorthand]: value });
  return Object.assign(emptyMapping(), { use: standard, with: options });
}

/**
 * A valid value with every default filled in and every short form written out. `around` are the plugins whose options it is
 * nested in.
 *
 * @throws Error where a plugin stands for itself without end
 */
export function complete(schema: Schema, value: unknown, plugins: Plugins, around: readonly string[] = []): unknown {
  const given = value === undefined ? structuredClone(schema.default) : value;
  if (given === null) return null;
  switch (schema.type) {
    case 'plugin':
      return completeUse(schema.kind as Kind, given, plugins, around);
    case 'array':
      return (given as readonly unknown[] | undefined)?.map((item) => complete(schema.items, item, plugins, around));
    case 'object': {
      const entries = Object.entries(schema.properties).map(([key, property]) => [
        key,
        complete(property, (given as Mapping | undefined)?.[key], plugins, around),
      ]);
      return Object.fromEntries(entries) as Mapping;
    }
    default:
      return given;
  }
}

function completeUse(kind: Kind, value: unknown, plugins: Plugins, around: readonly string[]): PluginUse | undefined {
  const { use, with: options } = (longForm(plugins, kind, value) ?? {}) as Partial<PluginUse>;
  if (use === undefined) return undefined;
  const plugin = plugins.find(kind, use);
  if (!plugin) return { use, with: {} };
  const here = `${kind} ${use}${options ? ` with ${JSON.stringify(options)}` : ''}`;
  if (around.includes(here)) throw new Error([...around.slice(around.indexOf(here)), here].join(' -> '));
  return { use, with: complete(optionsOf(plugin), options ?? {}, plugins, [...around, here]) as Mapping };
}

/** The plugins that a complete value names, but not those that their options name. */
export function* usesIn(schema: Schema, value: unknown, place = ''): Generator<PlacedUse> {
  if (value === null || value === undefined) return;
  const inner = (key: string | number) => (place === '' ? String(key) : `${place}.${key}`);
  switch (schema.type) {
    case 'plugin':
      yield { place, kind: schema.kind as Kind, use: value as PluginUse };
      break;
    case 'array':
      for (const [index, item] of (value as unknown[]).entries()) yield* usesIn(schema.items, item, inner(index));
      break;
    case 'object':
      for (const [key, property] of Object.entries(schema.properties))
        yield* usesIn(property, (value as Mapping)[key], inner(key));
  }
}
