import type { Consumes, Loss } from '../plugin/kinds/loss.js';
import type { Optimizer } from '../plugin/kinds/optimizer.js';
import type { Reducer } from '../plugin/kinds/reducer.js';
import type { HostTensors } from '../plugin/tensors.js';
import type { Spec } from '../spec/shell/spec.js';
import type { Fact } from './examples.js';
import type { Network } from './network.js';

/** A loss with the form in which it takes its examples. */
export type BoundLoss = { [C in Consumes]: { readonly consumes: C; readonly loss: Loss<C> } }[Consumes];

/** What a siamese graph is made of. */
export interface GraphParts {
  readonly network: Network;
  readonly loss: BoundLoss;
  /** Whether the loss gets similarities. */
  readonly similar: boolean;
  /** What batches tell of their samples. */
  readonly facts: readonly Fact[];
  readonly reducer: Reducer;
  readonly optimizer: Optimizer;
  /** Factor of the learning rate for the loss's own weights. */
  readonly lossLearningRate: number;
  readonly loop: Pick<Spec['training'], 'accumulate' | 'clip' | 'freeze' | 'ema'>;
  /** For the accuracy of a training batch; null where there is no fixed one. */
  readonly threshold: number | null;
  /** First values of the loss's own weights and state, `loss/<name>`. */
  readonly lossWeights: HostTensors;
  readonly lossState: HostTensors;
}
