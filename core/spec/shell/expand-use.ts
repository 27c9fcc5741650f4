import { optionsSchema } from '../../plugin/json-schema.js';
import type { Kind } from '../../plugin/kinds/index.js';
import { article, isComplete, namesOf, type Registry } from '../../plugin/registry.js';
import { emptyMapping, isMapping, type Mapping } from '../read/tree.js';
import { expected, received } from '../../words/received.js';

/** The long form, or why there is none. */
export type Expanded =
  | { readonly long: Mapping; readonly fault?: undefined }
  | { readonly long?: undefined; readonly fault: { readonly message: string; readonly hint: string } };

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
  const bare = shorthand ? `${bareWords(registry, kind, standard, shorthand)}, ` : '';
  const message = `"${path}" must be ${bare}the name of ${article(kind)} or a mapping with use; received ${received(value)}.`;
  return { fault: { message, hint } };
}

function longForm(use: string, options?: Mapping): Mapping {
  return Object.assign(emptyMapping(), options ? { use, with: options } : { use });
}

function bareWords(registry: Registry, kind: Kind, name: string, shorthand: string): string {
  return expected(optionsSchema(registry.get(kind, name).options).properties![shorthand]);
}

function example(registry: Registry, kind: Kind, path: string): string {
  const names = namesOf(registry, kind);
  const name = registry.defaultOf(kind);
  if (names.length === 0) return `No ${kind} is registered; load yours with --plugin FILE.`;
  if (name === undefined) return `Name one of: ${names.join(', ')}.`;
  const plugin = registry.find(kind, name);
  if (plugin?.shorthand) {
    const bare = bareWords(registry, kind, name, plugin.shorthand);
    return `Write ${bare} (short for use: ${name}), or use one of: ${names.join(', ')}.`;
  }
  const key = path.slice(path.lastIndexOf('.') + 1);
  return `Write for instance ${key}: ${name}. Available: ${names.join(', ')}.`;
}
