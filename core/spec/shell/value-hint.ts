import type { JsonSchema } from '../../schema/json-schema.js';
import { nearest } from '../../words/nearest.js';
import { isMapping } from '../../schema/mapping.js';
import { quote } from '../../words/received.js';

const yes = new Set(['yes', 'on', 'y']);
const no = new Set(['no', 'off', 'n']);

/** What someone who wrote this value most likely meant, as a sentence; undefined when it shows no habit that we know. */
export function valueHint(schema: JsonSchema, value: unknown): string | undefined {
  const types = [schema, ...(schema.anyOf ?? [])].flatMap(({ type }) => type ?? []);
  if (value === null) return nothingHint(types);
  if (typeof value === 'string') return textHint(schema, types, value);
  if (types.includes('array') && typeof value === 'number') return `Write a list: [${value}].`;
  if (types.includes('object') && !isMapping(value)) return undefined;
  if (Array.isArray(value) && value.length === 1 && !types.includes('array'))
    return 'Write the value without brackets.';
  if (types.includes('integer') && typeof value === 'number' && Number.isFinite(value)) return wholeHint(schema, value);
  return undefined;
}

function nothingHint(types: readonly string[]): string {
  return types.includes('object')
    ? 'Indent what belongs to it by two spaces, or remove the key.'
    : 'Write a value after the colon, or remove the key.';
}

function textHint(schema: JsonSchema, types: readonly string[], text: string): string | undefined {
  const choices = [...(schema.enum ?? []), ...(schema.anyOf ?? []).map((option) => option.const)];
  const names = choices.filter((choice) => typeof choice === 'string');
  const meant = nearest(text, names);
  if (meant !== undefined) return `Did you mean ${quote(meant)}?`;
  if (types.includes('array')) return `Write a list: [${quote(text)}].`;
  if (types.includes('boolean')) return booleanHint(text.toLowerCase());
  if (types.includes('null') && ['none', 'nil', 'None'].includes(text)) return 'For none, write null.';
  if (types.includes('number') || types.includes('integer') || typeof schema.const === 'number')
    return numberHint(text);
  if (schema['pattern'] !== undefined) return hyphenated(text, new RegExp(schema['pattern'] as string));
  return undefined;
}

function booleanHint(text: string): string | undefined {
  if (yes.has(text)) return 'In YAML 1.2 this is a text: write true.';
  if (no.has(text)) return 'In YAML 1.2 this is a text: write false.';
  return text === 'true' || text === 'false' ? `Remove the quotes: ${text}.` : undefined;
}

/** What someone most likely meant by a text where a number is expected. */
export function numberHint(text: string): string | undefined {
  const bare = text.trim();
  if (/^[-+]?[\d.]+(e[-+]?\d+)?$/i.test(bare) && isNumber(bare)) return `Remove the quotes: ${bare}.`;
  if (/^[-+]?\d[\d_]*$/.test(bare)) return `Write it without separators: ${bare.replaceAll('_', '')}.`;
  if (/^[-+]?\d+,\d+$/.test(bare)) return `The decimal sign is a point: ${bare.replace(',', '.')}.`;
  if (/^\d+(\.\d+)?\s*%$/.test(bare)) return `Write a share of 1: ${Number.parseFloat(bare) / 100}.`;
  if (/^\d+(\.\d+)?\s*\/\s*\d+$/.test(bare)) return `A spec does not calculate: write ${quotient(bare)}.`;
  return undefined;
}

function quotient(text: string): number {
  const [over, under] = text.split('/').map(Number);
  return over / under;
}

function isNumber(text: string): boolean {
  return Number.isFinite(Number(text));
}

function wholeHint({ minimum, maximum }: JsonSchema, value: number): string | undefined {
  const near = Math.round(value);
  const fits = near >= Number(minimum ?? -Infinity) && near <= Number(maximum ?? Infinity);
  return fits && near !== value ? `For instance ${near}.` : undefined;
}

function hyphenated(text: string, pattern: RegExp): string | undefined {
  const words = text
    .trim()
    .replaceAll(/([a-z])([A-Z])/g, '$1-$2')
    .toLowerCase()
    .replaceAll(/[^a-z0-9]+/g, '-')
    .replaceAll(/^-|-$/g, '');
  return words.length <= 64 && pattern.test(words) ? `For instance ${words}.` : undefined;
}
