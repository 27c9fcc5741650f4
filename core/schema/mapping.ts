export type Mapping = Record<string, unknown>;

export function isMapping(value: unknown): value is Mapping {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** A mapping without prototype, which may hold any key. */
export function emptyMapping(): Mapping {
  return Object.create(null) as Mapping;
}
