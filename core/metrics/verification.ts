import { metricNames, metrics, type MetricName } from './metrics.js';
import { rank } from './ranking.js';

interface JudgedAt {
  readonly pairs: number;
  /** A pair counts as the same when its distance is below this. */
  readonly threshold: number;
}

/** How well distances tell matching pairs from others. */
export type VerificationMetrics = JudgedAt & { readonly [K in MetricName]: number };

/**
 * Judges distances of pairs. All figures are finite.
 *
 * @param distances [pairs]
 * @param same [pairs], 0 to 1; half and more counts as the same class
 * @throws NON_FINITE for a distance that is NaN or infinite; DATA_INVALID where a kind of pair is missing
 */
export function verify(distances: Float32Array, same: Float32Array, threshold: number): VerificationMetrics {
  const judged = { distances, same, threshold, ranking: rank(distances, same) };
  const figures = metricNames.map((name) => [name, metrics[name].of(judged)] as const);
  return { pairs: distances.length, threshold, ...(Object.fromEntries(figures) as Record<MetricName, number>) };
}

/**
 * The threshold of the best accuracy. Candidates lie in the middle between two neighbouring distinct distances, and at
 * both ends: the lowest distance (no pair is the same) and just above the highest (every pair is). Of candidates equally
 * good the one in the widest gap is taken, of equally wide gaps the lowest; the ends count as gaps of no width.
 *
 * @param distances [pairs]
 * @param same [pairs], 0 to 1; half and more counts as the same class
 * @throws as `verify`
 */
export function fitThreshold(distances: Float32Array, same: Float32Array): number {
  const { distance, same: accepted, different: wronglyAccepted, totals } = rank(distances, same);
  const last = distance.length - 1;
  let best = { threshold: distance[0], right: totals.different, width: 0 };
  for (let index = 0; index <= last; index++) {
    const right = accepted[index] + totals.different - wronglyAccepted[index];
    const width = index < last ? distance[index + 1] - distance[index] : 0;
    if (right < best.right || (right === best.right && width <= best.width)) continue;
    const threshold = index < last ? distance[index] + width / 2 : justAbove(distance[last]);
    best = { threshold, right, width };
  }
  return best.threshold;
}

/** Greater than `value` also after rounding to float32. */
function justAbove(value: number): number {
  return value + Math.max(Math.abs(value) * 2 ** -23, 2 ** -149);
}
