import type { Origin } from '../spec/read/origins.js';
import { yamlValue } from '../spec/show/yaml-value.js';

type Row = readonly [text: string, origin: string | null];

/** A resolved spec as YAML, with where each value comes from in a comment at its end. */
export function annotatedSpec(spec: object, origins: ReadonlyMap<string, Origin>): string {
  const rows = rowsOf(spec, [], origins);
  const width = Math.min(56, Math.max(...rows.filter(([, origin]) => origin).map(([text]) => text.length)));
  return rows.map(([text, origin]) => (origin === null ? text : `${text.padEnd(width)}  # ${origin}`)).join('\n');
}

function rowsOf(value: object, path: readonly string[], origins: ReadonlyMap<string, Origin>): Row[] {
  return Object.entries(value).flatMap(([key, item]: [string, unknown]): Row[] => {
    const origin = origins.get([...path, key].join('.'));
    const head = Array.isArray(value) ? '-' : `${key}:`;
    if (origin !== undefined) return [[`${head} ${yamlValue(item)}`, describe(origin)]];
    const inner = rowsOf(item as object, [...path, key], origins).map(([text, from]): Row => [`  ${text}`, from]);
    return head === '-' ? marked(inner) : [[head, null], ...inner];
  });
}

/** The rows of an entry of a list, which are indented by two. */
function marked([[text, origin], ...rest]: readonly Row[]): Row[] {
  return [[`-${text.slice(1)}`, origin], ...rest];
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
