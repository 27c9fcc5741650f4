/** A plugin that a spec names, with its options complete. */
export interface PluginUse {
  readonly use: string;
  readonly with: Readonly<Record<string, unknown>>;
}

/** A valid spec: every default written out, every short form expanded, deeply frozen. */
export interface Spec {
  /** Format of the spec. */
  readonly version: 1;
  /** kebab-case; names the run folder. */
  readonly name: string;
  /** 0 to 2^53 − 1. Weights, data order and noise follow from it. */
  readonly seed: number;
  readonly dataset: PluginUse;
  readonly base: PluginUse;
  readonly embedding: {
    /** Scales every embedding to length 1. */
    readonly normalize: boolean;
  };
  readonly distance: PluginUse;
  readonly loss: PluginUse;
  readonly reducer: PluginUse;
  readonly engine: PluginUse;
  readonly training: {
    readonly optimizer: PluginUse;
    readonly learningRate: PluginUse;
    /** Steps over which the learning rate rises linearly to where its schedule starts. */
    readonly warmupSteps: number;
    /** Factor of the learning rate for the loss's own weights. */
    readonly lossLearningRate: number;
    readonly sampler: PluginUse;
    /** Examples a step: pairs, triplets or rows, as the sampler yields them. */
    readonly batchSize: number;
    readonly epochs: number;
    readonly maxSteps: number | null;
    /** Seconds of steps, over all resumes. */
    readonly maxTime: number | null;
    /** Batches whose gradients make one step. */
    readonly accumulate: number;
    readonly clip: {
      /** Of each number of a gradient. */
      readonly value: number | null;
      /** Of all gradients together. */
      readonly norm: number | null;
    };
    /** Places, or what they start with up to a slash, that keep their first values. */
    readonly freeze: readonly string[];
    readonly ema: { readonly decay: number | null };
    readonly validate: { readonly everyEpochs: number | null; readonly everySteps: number | null };
    readonly earlyStopping: {
      readonly metric: 'accuracy' | 'auc' | 'eer' | 'loss';
      /** Judgements without a better figure; null for no end. */
      readonly patience: number | null;
      readonly minDelta: number;
      readonly restoreBest: boolean;
    };
    readonly checkpoint: {
      /** null: after epochs, as often as it takes at most 1 % of the time. */
      readonly everySteps: number | null;
      readonly keep: number;
    };
    /** Steps that may be left out because something in them is not finite. */
    readonly skipNonFinite: number;
  };
  readonly evaluation: {
    /** Pairs closer than this count as the same class; `fit` takes the best one on the validation split. */
    readonly threshold: number | 'fit';
  };
}
