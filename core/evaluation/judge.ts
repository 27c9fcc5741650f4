import type { HeldOut } from '../data/data.js';
import type { LoadedData } from '../data/load-data.js';
import type { Evaluator, JudgedPairs } from './evaluator.js';
import { fitThreshold, verify, type VerificationMetrics } from '../metrics/verification.js';
import type { Spec } from '../spec/shell/spec.js';

/** Judges the splits of a run by the weights that its session carries; null for a split that there is not. */
export interface Judge {
  validation(): Promise<VerificationMetrics | null>;
  /** That of the spec, or the one that is best on the calibration split, or else on the validation split. */
  threshold(): Promise<number>;
  test(threshold: number): Promise<VerificationMetrics | null>;
}

/** Takes the distances of a split that was measured. */
export type Measured = (split: HeldOut, pairs: JudgedPairs) => void;

export function judgeOf(evaluator: Evaluator, { judged }: LoadedData, { evaluation }: Spec, measured: Measured): Judge {
  const measure = async (split: HeldOut) => {
    const pairs = judged[split];
    if (pairs === null) return null;
    const measuredPairs = await evaluator.measure(pairs);
    measured(split, measuredPairs);
    return measuredPairs;
  };
  const thresholdBy = async (validation: JudgedPairs | null): Promise<number> => {
    if (evaluation.threshold !== 'fit') return evaluation.threshold;
    const { distances, same } = ((await measure('calibration')) ?? validation)!;
    return fitThreshold(distances, same);
  };
  return {
    async validation() {
      const pairs = await measure('validation');
      return pairs && verify(pairs.distances, pairs.same, await thresholdBy(pairs));
    },
    async threshold() {
      const needsValidation = evaluation.threshold === 'fit' && judged.calibration === null;
      return thresholdBy(needsValidation ? await measure('validation') : null);
    },
    async test(threshold) {
      const pairs = await measure('test');
      return pairs && verify(pairs.distances, pairs.same, threshold);
    },
  };
}
