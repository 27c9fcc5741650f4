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
    readonly maxSteps?: number | null;
    readonly maxTime?: number | null;
    readonly accumulate?: number;
    readonly clip?: { readonly value?: number | null; readonly norm?: number | null };
    readonly freeze?: readonly string[];
    readonly ema?: { readonly decay?: number | null };
    readonly validate?: { readonly everyEpochs?: number | null; readonly everySteps?: number | null };
    readonly earlyStopping?: {
      readonly metric?: 'accuracy' | 'auc' | 'eer' | 'loss';
      readonly patience?: number | null;
      readonly minDelta?: number;
      readonly restoreBest?: boolean;
    };
    readonly checkpoint?: { readonly everySteps?: number | null; readonly keep?: number };
    readonly skipNonFinite?: number;
  };
  readonly evaluation?: { readonly threshold?: number | 'fit' };
}
