const longest = 60;

/** A text in quotes; control characters, bidirectional marks and the like are escaped, and what is long is cut. */
export function quote(text: string): string {
  const cut = text.length > longest ? `${text.slice(0, longest)}…` : text;
  return JSON.stringify(cut).replaceAll(/[\p{C}\p{Zl}\p{Zp}]/gu, (c) => `\\u{${c.codePointAt(0)!.toString(16)}}`);
}

/** A value of a spec, as a message tells that it was received. */
export function received(value: unknown): string {
  if (value === null || value === undefined) return 'nothing';
  if (typeof value === 'string') return quote(value);
  if (typeof value === 'number') return Number.isFinite(value) ? String(value) : yamlSpecials(value);
  if (Array.isArray(value)) return value.length === 0 ? 'an empty list' : `a list, [${listed(value.map(inner))}]`;
  if (typeof value !== 'object') return JSON.stringify(value);
  const keys = Object.keys(value);
  return keys.length === 0 ? 'an empty mapping' : `a mapping with ${listed(keys.map((key) => quote(key)))}`;
}

function inner(value: unknown): string {
  if (Array.isArray(value)) return '[…]';
  return typeof value === 'object' && value !== null ? '{…}' : received(value);
}

function listed(parts: readonly string[]): string {
  const shown = parts.slice(0, 5).join(', ');
  return parts.length > 5 ? `${shown}, … (${parts.length} in all)` : shown;
}

function yamlSpecials(value: number): string {
  if (Number.isNaN(value)) return '.nan';
  return value > 0 ? '.inf' : '-.inf';
}
