import { isMapping } from '../schema/mapping.js';

/** Dotted paths at which two plain JSON values differ, in the order of their keys. */
export function differences(a: unknown, b: unknown, path = ''): string[] {
  if (!isMapping(a) || !isMapping(b)) return JSON.stringify(a) === JSON.stringify(b) ? [] : [path];
  const keys = new Set([...Object.keys(a), ...Object.keys(b)]);
  return [...keys].flatMap((key) => differences(a[key], b[key], path === '' ? key : `${path}.${key}`));
}
