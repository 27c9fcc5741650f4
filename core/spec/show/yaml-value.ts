const bare = /^[A-Za-z][\w/-]*$/;
const special = /^(true|false|null|yes|no|on|off|y|n)$/i;

/** A value as YAML on one line; it reads back as the same value. */
export function yamlValue(value: unknown): string {
  if (typeof value === 'string' && bare.test(value) && !special.test(value)) return value;
  if (Array.isArray(value)) return `[${value.map(yamlValue).join(', ')}]`;
  if (typeof value !== 'object' || value === null) return JSON.stringify(value);
  const entries = Object.entries(value).map(([key, item]) => `${yamlValue(key)}: ${yamlValue(item)}`);
  return entries.length === 0 ? '{}' : `{ ${entries.join(', ')} }`;
}
