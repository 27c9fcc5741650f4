interface Described {
  /** One sentence for `twinspec plugins`, the editor and the reference pages. */
  readonly description: string;
  /** Allows `null`, for "none". */
  readonly nullable?: true;
}

/** The JSON Schema of one option, in the subset whose TypeScript type can be read off it. */
export type OptionSchema =
  | NumberOption
  | (Described & { readonly type: 'boolean'; readonly default?: boolean | null })
  | (Described & { readonly type: 'string'; readonly enum?: readonly string[]; readonly default?: string | null })
  | ArrayOption;

interface NumberOption extends Described {
  readonly type: 'number' | 'integer';
  readonly default?: number | null;
  readonly minimum?: number;
  readonly maximum?: number;
  readonly exclusiveMinimum?: number;
  readonly exclusiveMaximum?: number;
}

interface ArrayOption extends Described {
  readonly type: 'array';
  readonly items: Omit<NumberOption, 'default' | 'description'> | { readonly type: 'string' };
  readonly minItems?: number;
  readonly maxItems?: number;
  readonly default?: readonly (number | string)[] | null;
}

/** The options of a plugin by name. One without `default` is required. */
export type OptionSchemas = Readonly<Record<string, OptionSchema>>;

type Plain<S> = S extends { readonly type: 'number' | 'integer' }
  ? number
  : S extends { readonly type: 'boolean' }
    ? boolean
    : S extends { readonly type: 'string'; readonly enum: readonly (infer E)[] }
      ? E
      : S extends { readonly type: 'string' }
        ? string
        : S extends { readonly type: 'array'; readonly items: infer I }
          ? readonly Plain<I>[]
          : never;

/** The options as `create` receives them: validated, with every default filled in. */
export type OptionsOf<S extends OptionSchemas> = {
  readonly [K in keyof S]: S[K] extends { readonly nullable: true } ? Plain<S[K]> | null : Plain<S[K]>;
};

/** The options of a plugin that has none. */
export type NoOptions = Readonly<Record<never, OptionSchema>>;
