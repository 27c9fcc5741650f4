import type { Origin } from '../spec/read/origins.js';
import { yamlValue } from '../spec/show/yaml-value.js';

/** A resolved spec as YAML, with where each value comes from in a comment at its end. */
export function annotatedSpec(spec: object, origins: ReadonlyMap<string, Origin>): string {
  const rows = rowsOf(spec, [], origins);
  const width = Math.min(56, Math.max(...rows.filter(([, origin]) => origin).map(([text]) => text.length)));
  return rows.map(([text, origin]) => (origin === null ? text : `${text.padEnd(width)}  # ${origin}`)).join('\n');
}

function rowsOf(
  value: object,
  path: readonly string[],
  origins: ReadonlyMap<string, Origin>,
): [text: string, origin: string | null][] {
  return Object.entries(value).flatMap(([key, item]: [string, unknown]) => {
    const head = `${'  '.repeat(path.length)}${key}:`;
    const origin = origins.get([...path, key].join('.'));
    if (origin !== undefined) return [[`${head} ${yamlValue(item)}`, describe(origin)]];
    return [[head, null], ...rowsOf(item as object, [...path, key], origins)];
  });
}

export function describe(origin: Origin): string {
  switch (origin.kind) {
    case 'file':
      return `${origin.file}:${origin.line}`;
    case 'set':
      return `--set ${origin.set.split('=')[0].trim()}`;
    case 'default':
      return 'default';
  }
}
