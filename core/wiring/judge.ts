import type { LoadedDataset } from '../plugin/dataset.js';
import type { Evaluator } from '../evaluation/evaluator.js';
import { fitThreshold, verify, type VerificationMetrics } from '../evaluation/verification.js';
import type { Spec } from '../spec/spec.js';

/** Judges the splits of a run by the weights that its session carries; null for a split that there is not. */
export interface Judge {
  /** At the threshold of the spec, or the one that is best on this split. */
  validation(): Promise<VerificationMetrics | null>;
  test(threshold: number): Promise<VerificationMetrics | null>;
}

export function judgeOf(evaluator: Evaluator, { validation, test }: LoadedDataset, { evaluation }: Spec): Judge {
  return {
    async validation() {
      if (validation === null) return null;
      const { distances, same } = await evaluator.measure(validation);
      const { threshold } = evaluation;
      return verify(distances, same, threshold === 'fit' ? fitThreshold(distances, same) : threshold);
    },
    async test(threshold) {
      if (test === null) return null;
      const { distances, same } = await evaluator.measure(test);
      return verify(distances, same, threshold);
    },
  };
}
