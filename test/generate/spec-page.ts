import type { Kind } from '../../core/plugin/kinds/index.js';
import { kindPage } from '../../core/plugin/pages.js';
import type { Registry } from '../../core/plugin/registry.js';
import { mustBeWritten } from '../../core/plugin/uses.js';
import { expected } from '../../core/schema/expected.js';
import { jsonSchema } from '../../core/schema/json-schema.js';
import type { Schema } from '../../core/schema/schema.js';
import { article } from '../../core/words/article.js';
import { shellSchema } from '../../core/spec/shell/schema.js';
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

function sectionsOf(schema: Schema, path: readonly string[], registry: Registry): string[] {
  if (schema.type !== 'object') return [];
  const entries = Object.entries(schema.properties);
  const rows = entries.filter(([, { type }]) => type !== 'object').map((entry) => row(entry, registry));
  return [
    path.length === 0 ? '## Top level' : `## ${path.join('.')}`,
    path.length === 0 ? '' : (schema.description ?? ''),
    markdownTable(['key', 'takes', 'default', ''], rows),
    ...entries.flatMap(([key, property]) => sectionsOf(property, [...path, key], registry)),
  ];
}

function row([key, schema]: [string, Schema], registry: Registry): string[] {
  const kind = schema.type === 'plugin' ? (schema.kind as Kind) : undefined;
  const standard = kind === undefined ? schema.default : registry.defaultOf(kind);
  return [
    `\`${key}\``,
    kind === undefined
      ? expected(jsonSchema(schema))
      : `[${article(kind)}](${kindPage(kind).replace('docs/reference/', '')})`,
    mustBeWritten(schema, registry) ? 'required' : `\`${yamlValue(standard)}\``,
    schema.description ?? '',
  ];
}
