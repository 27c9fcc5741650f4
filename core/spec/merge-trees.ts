import type { Kind } from '../plugin/kinds/index.js';
import type { Registry } from '../plugin/registry.js';
import { longForm } from '../plugin/uses.js';
import type { Schema } from '../schema/schema.js';
import { innerSchema } from './shell/inner-schema.js';
import { shellSchema } from './shell/schema.js';
import { emptyMapping, isMapping, type Mapping } from '../schema/mapping.js';
import { child, type Places, type Tree } from './read/tree.js';

/**
 * A spec laid over another: sections are merged key by key, and so are the options of a plugin that both name; every
 * other value of `upper` replaces that of `lower`, lists and the options of another plugin among them.
 */
export function mergeTrees(lower: Tree, upper: Tree, registry: Registry): Tree {
  const places = new Map<string, Places>();

  function keep(from: Tree, value: unknown, pointer: string): unknown {
    const known = from.places.get(pointer);
    if (known) places.set(pointer, known);
    if (typeof value === 'object' && value !== null)
      for (const [key, item] of Object.entries(value)) keep(from, item, child(pointer, key));
    return value;
  }

  function merge(schema: Schema | undefined, below: unknown, above: unknown, pointer: string): unknown {
    if (above === undefined) return keep(lower, below, pointer);
    if (below === undefined) return keep(upper, above, pointer);
    const isPlugin = schema?.type === 'plugin';
    const base = isPlugin ? (longForm(registry, schema.kind as Kind, below) ?? below) : below;
    const merges = isMapping(base) && isMapping(above) && (isPlugin ? isSame(base, above) : schema?.type === 'object');
    if (!merges) return keep(upper, above, pointer);
    const known = upper.places.get(pointer);
    if (known) places.set(pointer, known);
    const mapping = emptyMapping();
    for (const key of new Set([...Object.keys(base), ...Object.keys(above)])) {
      const inner = innerSchema(schema, base, key, registry);
      mapping[key] = merge(inner, base[key], above[key], child(pointer, key));
    }
    return mapping;
  }

  return { value: merge(shellSchema, lower.value, upper.value, ''), places };
}

function isSame(base: Mapping, above: Mapping): boolean {
  return above['use'] === undefined || above['use'] === base['use'];
}
