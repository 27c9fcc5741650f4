import type { BooleanForm, ListForm, MappingForm, NumberForm, PluginForm, TextForm, Value } from '../schema/schema.js';

/** What `create` makes, by kind of plugin. The file of each kind adds its own. */
// eslint-disable-next-line @typescript-eslint/no-empty-object-type
export interface InstanceOf {}

interface Described {
  /** One sentence for `twinspec plugins`, the editor and the reference pages. */
  readonly description: string;
  /** Allows `null`, for "none". */
  readonly nullable?: true;
}

/** The JSON Schema of one option, in the subset whose TypeScript type can be read off it; and plugins. */
export type OptionSchema = Described & OptionForm;

/** An entry of a list needs no description. */
type ItemSchema = Partial<Described> & OptionForm;

type OptionForm =
  | NumberForm
  | BooleanForm
  | Omit<TextForm, 'pattern' | 'maxLength'>
  | ListOption
  | MappingOption
  | PluginForm<Exclude<keyof InstanceOf, 'engine'>>;

interface ListOption extends ListForm<ItemSchema> {
  readonly type: 'array';
}

interface MappingOption extends MappingForm<OptionSchema> {
  readonly type: 'object';
}

/** The options of a plugin by name. One is required unless it, or all that is in it, has a `default`. */
export type OptionSchemas = Readonly<Record<string, OptionSchema>>;

/** The options as `create` receives them: validated, with every default filled in, and plugins created. */
export type OptionsOf<S extends OptionSchemas> = {
  readonly [K in keyof S]: Value<S[K], { plugins: InstanceOf; option: string }>;
};

/** A plugin that a spec names, with its options complete. */
export interface PluginUse {
  readonly use: string;
  readonly with: Readonly<Record<string, unknown>>;
}

/** The options as a complete spec states them: plugins are named. */
export type StatedOptions<S extends OptionSchemas> = {
  readonly [K in keyof S]: Value<S[K], { plugins: Readonly<Record<string, PluginUse>>; option: string }>;
};

/** The options of a plugin that has none. */
export type NoOptions = Readonly<Record<never, OptionSchema>>;
