import type { JsonSchema } from '../../core/plugin/json-schema.js';
import { article, isComplete, type Registry } from '../../core/plugin/registry.js';
import type { Kind } from '../../core/plugin/kinds/index.js';
import { kindPage } from '../../core/words/docs-page.js';
import { shellSchema } from '../../core/spec/shell/schema.js';
import { expected } from '../../core/words/received.js';
import { yamlValue } from '../../core/spec/show/yaml-value.js';
import { markdownTable, page } from './markdown.js';

/** The reference page of a spec's keys, out of their schema. */
export function specReference(registry: Registry): Promise<string> {
  return page(
    '# A spec',
    'One YAML 1.2 document of plain data. [Write a spec](../guides/write-a-spec.md) is a tour; this page has every key.',
    [
      '- A key that names a plugin takes its name, or `{ use: name, with: { option: value } }`.',
      '- A key with a default may be left out. `twinspec explain` shows what it then is.',
      '- `--set path.to.key=value` overrides any of them on the command line; the value is YAML.',
      '- `extends: ./base.yaml`, at the top, takes what the spec does not say from another file in its folder or below.',
      '- There are no anchors, aliases, tags, directives and merge keys; at most 256 KiB, 64 levels and 20,000 keys and values.',
    ].join('\n'),
    ...sectionsOf(shellSchema, [], registry),
  );
}

function sectionsOf(schema: JsonSchema, path: readonly string[], registry: Registry): string[] {
  const entries = Object.entries(schema.properties ?? {});
  const inner = entries.filter(([, property]) => property.properties);
  const rows = entries
    .filter(([, property]) => !property.properties)
    .map(([key, property]) => row(key, property, schema, registry));
  const title = path.length === 0 ? '## Top level' : `## ${path.join('.')}`;
  return [
    title,
    path.length === 0 ? '' : (schema.description ?? ''),
    markdownTable(['key', 'takes', 'default', ''], rows),
    ...inner.flatMap(([key, property]) => sectionsOf(property, [...path, key], registry)),
  ];
}

function row(key: string, property: JsonSchema, parent: JsonSchema, registry: Registry): string[] {
  const kind = property['plugin'] as Kind | undefined;
  const required = parent.required?.includes(key);
  const plugin = kind && registry.defaultOf(kind);
  const standard = plugin ?? property.default;
  const isRequired = required || standard === undefined || (kind && plugin && !isComplete(registry, kind, plugin));
  return [
    `\`${key}\``,
    kind === undefined ? expected(property) : `[${article(kind)}](${kindPage(kind).replace('docs/reference/', '')})`,
    isRequired ? 'required' : `\`${yamlValue(standard)}\``,
    property.description ?? '',
  ];
}
