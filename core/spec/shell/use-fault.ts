import type { Kind } from '../../plugin/kinds/index.js';
import { namesOf, type Registry } from '../../plugin/registry.js';
import { expected } from '../../schema/expected.js';
import { jsonSchema } from '../../schema/json-schema.js';
import { article } from '../../words/article.js';
import { received } from '../../words/received.js';

/** What is said of a value that names no plugin of a kind. */
export function useFault(
  registry: Registry,
  kind: Kind,
  value: unknown,
  path: string,
): { message: string; hint: string } {
  const hint = example(registry, kind, path);
  if (value === undefined) return { message: `"${path}" is missing.`, hint };
  const bare = bareWords(registry, kind);
  const wanted = [...(bare === undefined ? [] : [bare]), `the name of ${article(kind)} or a mapping with use`];
  return { message: `"${path}" must be ${wanted.join(', ')}; received ${received(value)}.`, hint };
}

/** What a bare value may be that stands for the default plugin of a kind; undefined where none does. */
function bareWords(registry: Registry, kind: Kind): string | undefined {
  const name = registry.defaultOf(kind);
  const plugin = name === undefined ? undefined : registry.find(kind, name);
  return plugin?.shorthand && expected(jsonSchema(plugin.options[plugin.shorthand]));
}

function example(registry: Registry, kind: Kind, path: string): string {
  const names = namesOf(registry, kind);
  const name = registry.defaultOf(kind);
  if (names.length === 0) return `No ${kind} is registered; load yours with --plugin FILE.`;
  if (name === undefined) return `Name one of: ${names.join(', ')}.`;
  const bare = bareWords(registry, kind);
  if (bare !== undefined) return `Write ${bare} (short for use: ${name}), or use one of: ${names.join(', ')}.`;
  const key = path.slice(path.lastIndexOf('.') + 1);
  return `Write for instance ${key}: ${name}. Available: ${names.join(', ')}.`;
}
