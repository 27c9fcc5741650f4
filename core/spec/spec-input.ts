/** A plugin as a spec names it: its name, or its name with options. */
export type PluginInput = string | { readonly use: string; readonly with?: Readonly<Record<string, unknown>> };

/** A spec as people write it: defaults may be left out, and short forms stand for plugins. */
export interface SpecInput {
  readonly version: 1;
  readonly name: string;
  readonly seed?: number;
  readonly dataset: PluginInput;
  readonly base: PluginInput;
  readonly embedding?: { readonly normalize?: boolean };
  readonly distance: PluginInput;
  readonly loss: PluginInput;
  readonly reducer?: PluginInput;
  readonly engine?: PluginInput;
  readonly training: {
    readonly optimizer?: PluginInput;
    /** A number stands for a constant learning rate. */
    readonly learningRate: PluginInput | number;
    readonly warmupSteps?: number;
    readonly lossLearningRate?: number;
    readonly sampler?: PluginInput;
    readonly batchSize?: number;
    readonly epochs: number;
  };
  readonly evaluation?: { readonly threshold?: number | 'fit' };
}
