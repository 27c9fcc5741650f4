import type { Kind } from '../../plugin/kinds/index.js';
import type { PluginUse } from '../../plugin/options.js';
import type { Value, Written } from '../../schema/schema.js';
import type { shellSchema } from './schema.js';

/** A valid spec: every default written out, every short form expanded, deeply frozen. Its keys are those of the schema. */
export type Spec = Value<typeof shellSchema, { plugins: Readonly<Record<Kind, PluginUse>>; option: string }>;

/** A plugin as a spec names it: its name, or its name with options. */
export type PluginInput = string | { readonly use: string; readonly with?: Readonly<Record<string, unknown>> };

/** What a spec may leave to the plugins that are shipped, and where a bare value stands for one of them. */
interface PluginInputs extends Record<Kind, PluginInput | number | undefined> {
  readonly dataset: PluginInput;
  readonly base: PluginInput;
  readonly distance: PluginInput;
  readonly loss: PluginInput;
  /** A number stands for a constant learning rate. */
  readonly schedule: PluginInput | number;
  readonly reducer: PluginInput | undefined;
  readonly engine: PluginInput | undefined;
  readonly optimizer: PluginInput | undefined;
  readonly sampler: PluginInput | undefined;
}

/** A spec as people write it: defaults may be left out, and short forms stand for plugins. */
export type SpecInput = Written<typeof shellSchema, { plugins: PluginInputs; option: string }>;
