import type { Schema, Value } from '../schema/schema.js';
import { apiVersion, type Descriptor } from './descriptor.js';

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
export function kind<D extends Descriptor>(row: KindRow<D>): KindRow<D> & { describe(definition: object): D } {
  return {
    ...row,
    describe: (definition) =>
      Object.freeze({ options: {}, inject: [], ...definition, kind: row.name, apiVersion }) as unknown as D,
  };
}
