import type { Kind } from '../plugin/kinds/index.js';
import type { PluginUse } from '../plugin/options.js';
import { optionsOf, type Registry } from '../plugin/registry.js';
import type { Schema } from '../schema/schema.js';
import { shellSchema } from './shell/schema.js';
import type { Spec } from './shell/spec.js';

/** A place of a complete spec that names a plugin. */
export interface PlacedUse {
  /** Dotted path, such as `training.sampler` or `loss.with.losses.0`. */
  readonly place: string;
  readonly kind: Kind;
  readonly use: PluginUse;
}

/** The plugins that the keys of a spec name, in their order. */
export function pluginUses(spec: Spec): readonly PlacedUse[] {
  return [...usesIn(shellSchema, spec, '')];
}

/** The plugins that the options of a plugin name. */
export function nestedUses({ place, kind, use }: PlacedUse, registry: Registry): readonly PlacedUse[] {
  const plugin = registry.find(kind, use.use);
  return plugin ? [...usesIn(optionsOf(plugin), use.with, `${place}.with`)] : [];
}

/** All plugins of a spec, each before those that its options name. */
export function everyUse(spec: Spec, registry: Registry): readonly PlacedUse[] {
  const withNested = (use: PlacedUse): PlacedUse[] => [use, ...nestedUses(use, registry).flatMap(withNested)];
  return pluginUses(spec).flatMap(withNested);
}

function* usesIn(schema: Schema, value: unknown, place: string): Generator<PlacedUse> {
  if (value === null) return;
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
        yield* usesIn(property, (value as Record<string, unknown>)[key], inner(key));
  }
}
