/** What a spec gets under `training` where it says nothing of it. */
export const trainingDefaults = {
  warmupSteps: 0,
  lossLearningRate: 1,
  maxSteps: null,
  maxTime: null,
  accumulate: 1,
  clip: { value: null, norm: null },
  freeze: [],
  ema: { decay: null },
  validate: { everyEpochs: 1, everySteps: null },
  earlyStopping: { metric: 'accuracy', patience: null, minDelta: 0, restoreBest: true },
  checkpoint: { everySteps: null, keep: 2 },
  skipNonFinite: 0,
} as const;
