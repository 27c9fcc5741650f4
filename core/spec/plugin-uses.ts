import type { Registry } from '../plugin/registry.js';
import { optionsOf, usesIn, type PlacedUse } from '../plugin/uses.js';
import { shellSchema } from './shell/schema.js';
import type { Spec } from './shell/spec.js';

/** The plugins that the keys of a spec name, in their order. */
export function pluginUses(spec: Spec): readonly PlacedUse[] {
  return [...usesIn(shellSchema, spec)];
}

/** All plugins of a spec, each before those that its options name. */
export function everyUse(spec: Spec, registry: Registry): readonly PlacedUse[] {
  const withNested = (placed: PlacedUse): PlacedUse[] => {
    const plugin = registry.find(placed.kind, placed.use.use);
    const nested = plugin ? [...usesIn(optionsOf(plugin), placed.use.with, `${placed.place}.with`)] : [];
    return [placed, ...nested.flatMap(withNested)];
  };
  return pluginUses(spec).flatMap(withNested);
}
