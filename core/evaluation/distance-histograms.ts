import type { JudgedPairs } from './evaluator.js';
import { histogramOf, rangeOf, type Histograms } from './histogram.js';
import { isSame } from '../metrics/ranking.js';

/** How the distances of the matching and of the other pairs of a split are spread, over the same intervals. */
export function distanceHistograms(split: string, { distances, same }: JudgedPairs): Histograms {
  const range = rangeOf(distances);
  const ofKind = (matching: boolean) => distances.filter((_, index) => isSame(same[index]) === matching);
  return {
    [`distances/${split}/same`]: histogramOf(ofKind(true), range),
    [`distances/${split}/different`]: histogramOf(ofKind(false), range),
  };
}
