import type { LoadedDataset } from '../plugin/kinds/dataset.js';
import type { Evaluator, JudgedPairs } from './evaluator.js';
import { fitThreshold, verify, type VerificationMetrics } from '../metrics/verification.js';
import type { Spec } from '../spec/shell/spec.js';

/** Judges the splits of a run by the weights that its session carries; null for a split that there is not. */
export interface Judge {
  /** At the threshold of the spec, or the one that is best on this split. */
  validation(): Promise<VerificationMetrics | null>;
  test(threshold: number): Promise<VerificationMetrics | null>;
}

/** Takes the distances of a split that was measured. */
export type Measured = (split: 'validation' | 'test', pairs: JudgedPairs) => void;

export function judgeOf(evaluator: Evaluator, dataset: LoadedDataset, { evaluation }: Spec, measured: Measured): Judge {
  const measure = async (split: 'validation' | 'test') => {
    const examples = dataset[split];
    if (examples === null) return null;
    const pairs = await evaluator.measure(examples);
    measured(split, pairs);
    return pairs;
  };
  return {
    async validation() {
      const pairs = await measure('validation');
      if (pairs === null) return null;
      const { distances, same } = pairs;
      const { threshold } = evaluation;
      return verify(distances, same, threshold === 'fit' ? fitThreshold(distances, same) : threshold);
    },
    async test(threshold) {
      const pairs = await measure('test');
      return pairs && verify(pairs.distances, pairs.same, threshold);
    },
  };
}
