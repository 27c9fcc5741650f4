import type { Schema, Value } from '../schema/schema.js';
import { apiVersion, type Definition, type Descriptor } from './descriptor.js';
import type { NoOptions, OptionSchemas } from './options.js';
import type { ServiceName } from './services.js';

/** What plugins of a kind state about themselves beside the common metadata: it is data, so that specs can be checked by it. */
export type Metadata = Readonly<Record<string, Schema>>;

/** The type of the statements; `Option` are the names of the plugin's options. */
export type Stated<M extends Metadata, Option extends string = string> = Value<
  { readonly properties: M },
  { plugins: object; option: Option }
>;

/** A kind of plugin. Contract checks, messages, pages and listings follow from it. */
export interface KindRow<D extends Descriptor> {
  readonly name: D['kind'];
  /** Also the folder of plugins and of their pages. */
  readonly plural: string;
  /** The function that defines a plugin of it. */
  readonly define: string;
  readonly metadata?: Metadata;
  /** What a descriptor must do, beside `create`. */
  readonly functions?: readonly (keyof D & string)[];
  /** What is said of a statement that is there, as a label and a text. */
  readonly traits?: { readonly [K in keyof D]?: (value: NonNullable<D[K]>) => readonly [label: string, text: string] };
}

/** A row of the table of kinds, and what completes a definition: the one place where the types of options are erased. */
export function kind<D extends Descriptor>(
  row: KindRow<D>,
): KindRow<D> & { readonly describe: (definition: object) => D } {
  return {
    ...row,
    describe: (definition) =>
      Object.freeze({ options: {}, inject: [], ...definition, kind: row.name, apiVersion }) as unknown as D,
  };
}

/** The function that defines plugins of a kind, typed by their options and services. */
export type Define<D extends Descriptor, M extends Metadata = Readonly<Record<never, never>>, Functions = unknown> = <
  const O extends OptionSchemas = NoOptions,
  const I extends readonly ServiceName[] = [],
>(
  definition: Definition<O, I, D extends Descriptor<string, infer Instance> ? Instance : never> &
    Stated<M, keyof O & string> &
    Functions,
) => D;
