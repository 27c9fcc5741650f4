import type { Distance } from '../plugin/kinds/distance.js';
import type { Consumes, Loss } from '../plugin/kinds/loss.js';
import type { Optimizer } from '../plugin/kinds/optimizer.js';
import type { Reducer } from '../plugin/kinds/reducer.js';
import type { HostTensors } from '../plugin/tensors.js';
import type { Spec } from '../spec/shell/spec.js';
import type { BoundBase } from './bound-base.js';

/** What a siamese graph is made of. Names are for messages. */
export interface GraphParts {
  readonly base: BoundBase;
  readonly distance: Distance;
  readonly loss: Loss<never>;
  readonly consumes: Consumes;
  readonly reducer: Reducer;
  readonly optimizer: Optimizer;
  readonly names: Readonly<Record<'base' | 'distance' | 'loss' | 'reducer' | 'optimizer', string>>;
  /** Scales embeddings to length 1. */
  readonly normalize: boolean;
  /** Factor of the learning rate for the loss's own weights. */
  readonly lossLearningRate: number;
  readonly loop: Pick<Spec['training'], 'accumulate' | 'clip' | 'freeze' | 'ema'>;
  /** For the accuracy of a training batch; null where there is no fixed one. */
  readonly threshold: number | null;
  /** First values of the loss's own weights and state, `loss/<name>`. */
  readonly lossWeights: HostTensors;
  readonly lossState: HostTensors;
}
