/**
 * What a key of a spec, an option of a plugin or a statement of its descriptor may hold: JSON Schema as far as a TypeScript
 * type can be read off it, and plugins. A key is required unless it, or all that is in it, has a `default`.
 */
export type Schema = Annotated & Form;

interface Annotated {
  readonly description?: string;
  /** Allows `null`, for "none". */
  readonly nullable?: true;
  /** The key may be absent, and stays so. */
  readonly optional?: true;
  /** Other names that people give the key. */
  readonly also?: readonly string[];
  /** What a message asks for instead of what the schema says. */
  readonly expected?: string;
}

type Form =
  | NumberForm
  | BooleanForm
  | TextForm
  | ListForm<Schema>
  | MappingForm<Schema>
  | PluginForm
  | OptionForm
  | { readonly type?: undefined; readonly const: string | number | true; readonly default?: undefined }
  | { readonly type?: undefined; readonly anyOf: readonly Schema[]; readonly default?: string | number };

export interface NumberForm {
  readonly type: 'number' | 'integer';
  readonly default?: number | null;
  readonly minimum?: number;
  readonly maximum?: number;
  readonly exclusiveMinimum?: number;
  readonly exclusiveMaximum?: number;
}

export interface BooleanForm {
  readonly type: 'boolean';
  readonly default?: boolean | null;
}

export interface TextForm {
  readonly type: 'string';
  readonly enum?: readonly string[];
  readonly default?: string | null;
  readonly pattern?: string;
  readonly maxLength?: number;
}

export interface ListForm<Item> {
  readonly type: 'array';
  readonly items: Item;
  readonly minItems?: number;
  readonly maxItems?: number;
  readonly default?: readonly unknown[] | null;
}

export interface MappingForm<Property> {
  readonly type: 'object';
  readonly properties: Readonly<Record<string, Property>>;
  readonly minProperties?: number;
  readonly default?: Readonly<Record<string, unknown>> | null;
}

/** A plugin of a kind, which a spec names by its name or as `{ use, with }`. */
export interface PluginForm<Kind extends string = string> {
  readonly type: 'plugin';
  readonly kind: Kind;
  readonly default?: string | { readonly use: string; readonly with?: Readonly<Record<string, unknown>> } | null;
}

/** In a descriptor: the name of one of its options, of one of these types. */
interface OptionForm {
  readonly type: 'option';
  readonly of?: readonly string[];
  readonly default?: undefined;
}

/** What stands for plugins, by kind, and for names of options in the type of a value. */
export interface Meaning {
  readonly plugins: object;
  readonly option: string;
}

/** The type of a complete value: what was left out is filled in. */
export type Value<S, M extends Meaning> = OrNull<S, Plain<S, M>>;

type OrNull<S, T> = S extends { readonly nullable: true } ? T | null : T;

type Plain<S, M extends Meaning> = S extends { readonly properties: infer P }
  ? Flat<
      { readonly [K in keyof P as IsOptional<P[K], never, K>]: Value<P[K], M> } & {
        readonly [K in keyof P as IsOptional<P[K], K, never>]?: Value<P[K], M>;
      }
    >
  : S extends { readonly items: infer I }
    ? readonly Value<I, M>[]
    : Leaf<S, M>;

/** The type of a value as people write it: what has a default may be left out. */
export type Written<S, M extends Meaning> = OrNull<S, PlainWritten<S, M>>;

type PlainWritten<S, M extends Meaning> = S extends { readonly properties: infer P }
  ? Flat<
      { readonly [K in keyof P as MayLack<P[K], M, never, K>]: Written<P[K], M> } & {
        readonly [K in keyof P as MayLack<P[K], M, K, never>]?: Written<P[K], M>;
      }
    >
  : S extends { readonly items: infer I }
    ? readonly Written<I, M>[]
    : Leaf<S, M>;

type Leaf<S, M extends Meaning> = S extends { readonly type: 'plugin'; readonly kind: infer K }
  ? M['plugins'][K & keyof M['plugins']]
  : S extends { readonly type: 'option' }
    ? M['option']
    : S extends { readonly type: 'number' | 'integer' }
      ? number
      : S extends { readonly type: 'boolean' }
        ? boolean
        : S extends { readonly enum: readonly (infer E)[] } | { readonly const: infer E }
          ? E
          : S extends { readonly type: 'string' }
            ? string
            : S extends { readonly anyOf: readonly (infer Any)[] }
              ? Plain<Any, M>
              : never;

type Flat<T> = { [K in keyof T]: T[K] };
type IsOptional<S, Yes, No> = S extends { readonly optional: true } ? Yes : No;

type MayLack<S, M extends Meaning, Yes, No> = S extends { readonly optional: true } | { readonly default: unknown }
  ? Yes
  : S extends { readonly properties: infer P }
    ? [{ [K in keyof P]: MayLack<P[K], M, never, K> }[keyof P]] extends [never]
      ? Yes
      : No
    : undefined extends Leaf<S, M>
      ? Yes
      : No;

/** Whether a mapping must have this key. Whether it must name a plugin, only a registry knows. */
export function isRequired(schema: Schema): boolean {
  if (schema.optional || schema.default !== undefined || schema.type === 'plugin') return false;
  return schema.type !== 'object' || Object.values(schema.properties).some(isRequired);
}
