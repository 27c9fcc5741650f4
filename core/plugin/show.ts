/** A value of a descriptor, as messages tell what was received. */
export function show(value: unknown): string {
  if (typeof value === 'function') return 'a function';
  return JSON.stringify(value) ?? String(value);
}
