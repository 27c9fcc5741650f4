import { optionsSchema, type JsonSchema } from '../../plugin/json-schema.js';
import type { Kind } from '../../plugin/kinds/index.js';
import type { Descriptor } from '../../plugin/descriptor.js';
import type { OptionSchema } from '../../plugin/options.js';
import { shellSchema } from '../shell/schema.js';
import { expected } from '../../words/received.js';
import { yamlValue } from './yaml-value.js';

export interface OptionRow {
  readonly name: string;
  /** What it takes, such as `a number greater than 0`. */
  readonly takes: string;
  /** As a spec writes it; null where the option is required. */
  readonly standard: string | null;
  readonly description: string;
}

export function describeOptions(plugin: Descriptor): readonly OptionRow[] {
  const { properties } = optionsSchema(plugin.options);
  return Object.entries(plugin.options).map(([name, option]) => ({
    name,
    takes: expected(properties![name]),
    standard: option.default === undefined ? null : yamlValue(option.default),
    description: option.description,
  }));
}

interface Traits {
  readonly claims?: readonly string[];
  readonly consumes?: string;
  readonly yields?: string | Readonly<Record<string, string>>;
  readonly priority?: number;
  readonly takes?: readonly string[];
  readonly largestNormalized?: number;
  readonly margins?: readonly string[];
  readonly holdsOut?: string;
}

/** What a plugin states beside its options, as a label and a text each. */
export function traitsOf(plugin: Descriptor & Traits): readonly (readonly [label: string, text: string])[] {
  const { claims, consumes, yields, priority, takes, largestNormalized, margins, holdsOut } = plugin;
  return [
    ...(consumes ? [['Consumes', consumes === 'batch' ? 'labelled batches' : consumes] as const] : []),
    ...(yields ? [['Yields', typeof yields === 'string' ? yields : conversions(yields)] as const] : []),
    ...(claims ? [['Claims', claims.join(', ').replaceAll('-', ' ')] as const] : []),
    ...(takes ? [['Takes', `samples of shape [${takes.join(', ')}]`] as const] : []),
    ...(largestNormalized === undefined
      ? []
      : [['Largest', `${largestNormalized}, between embeddings of length 1`] as const]),
    ...(margins?.length ? [['Margins', `${margins.join(', ')}, in units of the distance`] as const] : []),
    ...(holdsOut ? [['Holds out for validation', `by ${holdsOut}`] as const] : []),
    ...(priority === undefined ? [] : [['Priority', `${priority}; engine: auto takes the highest that runs`] as const]),
  ];
}

function conversions(yields: Readonly<Record<string, string>>): string {
  return Object.entries(yields)
    .map(([from, to]) => (from === to ? from : `${to} from ${from}`))
    .join(', ');
}

/** The keys of a spec that lead to where it names a plugin of a kind. */
export function keysTo(kind: Kind, schema: JsonSchema = shellSchema): readonly string[] {
  for (const [key, property] of Object.entries(schema.properties ?? {})) {
    if (property['plugin'] === kind) return [key];
    const inner = keysTo(kind, property);
    if (inner.length > 0) return [key, ...inner];
  }
  return [];
}

/** A value for every option: its default, or one that its schema allows. */
export function exampleOptions({ kind, options }: Descriptor): Readonly<Record<string, unknown>> {
  const entries = Object.entries(options);
  return Object.fromEntries(entries.map(([name, option]) => [name, option.default ?? exampleOf(option, kind)]));
}

function exampleOf(option: OptionSchema, kind: string): unknown {
  if (option.nullable) return null;
  switch (option.type) {
    case 'boolean':
      return false;
    case 'string':
      return option.enum?.[0] ?? 'text';
    case 'array':
      return Array.from({ length: option.minItems ?? 1 }, () => (option.items.type === 'string' ? 'text' : 1));
    case 'integer':
      return option.minimum ?? (option.exclusiveMinimum ?? 0) + 1;
    case 'number':
      return exampleNumber(option, kind === 'schedule' ? 0.001 : 1);
  }
}

function exampleNumber(option: OptionSchema & { type: 'number' | 'integer' }, usual: number): number {
  const low = option.minimum ?? option.exclusiveMinimum ?? -Infinity;
  const high = option.maximum ?? option.exclusiveMaximum ?? Infinity;
  if (usual > low && usual < high && high === Infinity) return usual;
  return Number.isFinite(high) && Number.isFinite(low) ? (low + high) / 2 : Number.isFinite(low) ? low + 1 : high - 1;
}

/** How a spec names a plugin, with every option written out. */
export function exampleUse(plugin: Descriptor): string {
  const keys = keysTo(plugin.kind as Kind);
  const options = Object.entries(exampleOptions(plugin));
  const pad = (depth: number) => '  '.repeat(depth);
  const heads = keys.map((key, depth) => `${pad(depth)}${key}:`);
  if (options.length === 0) return [...heads.slice(0, -1), `${heads.at(-1)} ${plugin.name}`].join('\n');
  return [
    ...heads,
    `${pad(keys.length)}use: ${plugin.name}`,
    `${pad(keys.length)}with:`,
    ...options.map(([name, value]) => `${pad(keys.length + 1)}${name}: ${yamlValue(value)}`),
  ].join('\n');
}
