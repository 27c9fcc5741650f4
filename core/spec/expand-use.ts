import type { JsonSchema } from '../plugin/json-schema.js';
import type { Kind } from '../plugin/kinds.js';
import { isComplete, namesOf, type Registry } from '../plugin/registry.js';
import { emptyMapping, isMapping, type Mapping } from './tree.js';
import { expected, received } from './words.js';

/** The long form, or why there is none. */
export type Expanded =
  | { readonly long: Mapping; readonly fault?: undefined }
  | { readonly fault: { readonly message: string; readonly hint: string } };

/**
 * The long form of what a spec says about a plugin: a name stands for `{ use: name }`, a number or a boolean for the
 * default plugin with that value as its shorthand option, nothing for the default plugin. A mapping stays as it is.
 */
export function expandUse(registry: Registry, kind: Kind, value: unknown, path: string): Expanded {
  if (isMapping(value)) return { long: value };
  if (typeof value === 'string') return { long: longForm(value) };
  const standard = registry.defaultOf(kind);
  if (value === undefined && standard && isComplete(registry, kind, standard)) return { long: longForm(standard) };
  const hint = example(registry, kind, path);
  if (value === undefined) return { fault: { message: `"${path}" is missing.`, hint } };
  const shorthand = standard && registry.find(kind, standard)?.shorthand;
  if (shorthand && (typeof value === 'number' || typeof value === 'boolean'))
    return { long: longForm(standard, Object.assign(emptyMapping(), { [shorthand]: value })) };
  const bare = shorthand ? ', or a bare value' : '';
  const message = `"${path}" must be the name of a ${kind}, a mapping with use${bare}; received ${received(value)}.`;
  return { fault: { message, hint } };
}

function longForm(use: string, options?: Mapping): Mapping {
  return Object.assign(emptyMapping(), options ? { use, with: options } : { use });
}

function example(registry: Registry, kind: Kind, path: string): string {
  const names = namesOf(registry, kind);
  const name = registry.defaultOf(kind) ?? names[0];
  if (name === undefined) return `No ${kind} is registered; load yours with --plugin FILE.`;
  const plugin = registry.find(kind, name);
  if (plugin?.shorthand) {
    const bare = expected(plugin.options[plugin.shorthand] as unknown as JsonSchema);
    return `Write ${bare} (short for use: ${name}), or use one of: ${names.join(', ')}.`;
  }
  const key = path.slice(path.lastIndexOf('.') + 1);
  return `Write for instance ${key}: ${name}. Available: ${names.join(', ')}.`;
}
