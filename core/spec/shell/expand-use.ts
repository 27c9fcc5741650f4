import type { Kind } from '../../plugin/kinds/index.js';
import { namesOf, standardOf, type Registry } from '../../plugin/registry.js';
import { expected } from '../../schema/expected.js';
import { jsonSchema } from '../../schema/json-schema.js';
import { article } from '../../words/article.js';
import { isMapping, type Mapping } from '../../schema/mapping.js';
import { emptyMapping } from '../read/tree.js';
import { received } from '../../words/received.js';

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
  const alone = standardOf(registry, kind);
  if (value === undefined && alone !== undefined) return { long: longForm(alone) };
  const standard = registry.defaultOf(kind);
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
  return expected(jsonSchema(registry.get(kind, name).options[shorthand]));
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
