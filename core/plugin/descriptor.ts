import type { OptionSchemas, OptionsOf, StatedOptions } from './options.js';
import type { ServiceName, ServicesOf } from './services.js';

/** The version of the plugin contract that this copy of the package speaks. */
export const apiVersion = 2;

/** What every plugin states about itself, whatever its kind. */
export interface PluginMetadata<O extends OptionSchemas, I extends readonly ServiceName[]> {
  /** kebab-case; a third party's carries a prefix, `acme/my-loss`. */
  readonly name: string;
  /** One sentence. */
  readonly summary: string;
  /** Where the method was published. */
  readonly reference?: string;
  readonly options?: O;
  /** Names of the services that follow the options as arguments of `create`. */
  readonly inject?: I;
  /** The option that a bare value in a spec stands for: `learningRate: 0.001` for `{ use: constant, with: { value: 0.001 } }`. */
  readonly shorthand?: keyof O & string;
  /**
   * Options whose values cannot be used, alone or beside the others, and why, such as `{ images: 'Take 20 or more.' }`; the
   * spec is then refused. For what a schema cannot say. Pure; sees the options complete.
   */
  conflicts?(options: StatedOptions<O>): Reasons<O>;
  /**
   * Options that do nothing beside the others, and why, such as `{ nesterov: 'There is no momentum.' }`; the user is then
   * warned. Pure; sees the options complete.
   */
  withoutEffect?(options: StatedOptions<O>): Reasons<O>;
}

/** One sentence for each option that something is to be said about. */
export type Reasons<O extends OptionSchemas> = { readonly [K in keyof O]?: string | undefined };

/** A definition is what an author writes: metadata, and `create` typed by it. */
export type Definition<O extends OptionSchemas, I extends readonly ServiceName[], Instance> = PluginMetadata<O, I> & {
  /** The instance, or a promise of it where making it takes a file, say. */
  create(options: OptionsOf<O>, ...services: ServicesOf<I>): Instance | Promise<Instance>;
};

/** A descriptor as the core sees it: complete, frozen, its option types erased. */
export interface Descriptor<Kind extends string = string, Instance = unknown> {
  readonly apiVersion: number;
  readonly kind: Kind;
  readonly name: string;
  readonly summary: string;
  readonly reference?: string;
  readonly options: OptionSchemas;
  readonly inject: readonly ServiceName[];
  readonly shorthand?: string;
  conflicts?(options: Readonly<Record<string, unknown>>): Readonly<Record<string, string | undefined>>;
  withoutEffect?(options: Readonly<Record<string, unknown>>): Readonly<Record<string, string | undefined>>;
  create(options: Readonly<Record<string, unknown>>, ...services: readonly unknown[]): Instance | Promise<Instance>;
}
