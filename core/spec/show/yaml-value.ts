const bare = /^[A-Za-z][\w/-]*$/;
const special = /^(true|false|null|yes|no|on|off|y|n)$/i;
/** What readers of YAML refuse, or take for the end of a line. */
const unprintable = /[\x7f-\x9f\u2028\u2029\ufeff\ufffe\uffff]/g;

/** A value as YAML on one line; it reads back as the same value, in YAML 1.1 as well. */
export function yamlValue(value: unknown): string {
  if (typeof value === 'string') return bare.test(value) && !special.test(value) ? value : quoted(value);
  if (typeof value === 'number') return numberText(value);
  if (Array.isArray(value)) return `[${value.map(yamlValue).join(', ')}]`;
  if (typeof value !== 'object' || value === null) return JSON.stringify(value);
  const entries = Object.entries(value).map(([key, item]) => `${yamlValue(key)}: ${yamlValue(item)}`);
  return entries.length === 0 ? '{}' : `{ ${entries.join(', ')} }`;
}

function quoted(text: string): string {
  const escape = (character: string) => `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`;
  return JSON.stringify(text).replace(unprintable, escape);
}

/** YAML 1.1 knows no exponent without a point before it. */
function numberText(value: number): string {
  return JSON.stringify(value).replace(/^(-?\d+)e/, '$1.0e');
}
