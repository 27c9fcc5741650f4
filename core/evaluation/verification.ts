import { isSame, rank, type Ranking } from './ranking.js';

/** How well distances tell matching pairs from others. */
export interface VerificationMetrics {
  readonly pairs: number;
  /** A pair counts as the same when its distance is below this. */
  readonly threshold: number;
  /** Share of pairs on their side of the threshold. */
  readonly accuracy: number;
  /** Area under the ROC curve: how often a matching pair is closer than another, ties counting half. */
  readonly auc: number;
  /** Error rate where false accepts and false rejects are equally frequent, interpolated linearly. */
  readonly eer: number;
  /** Mean distance of matching pairs. */
  readonly meanSame: number;
  /** Mean distance of the other pairs. */
  readonly meanDifferent: number;
}

/**
 * Judges distances of pairs. All figures are finite.
 *
 * @param distances [pairs]
 * @param same [pairs], 0 to 1; half and more counts as the same class
 * @throws NON_FINITE for a distance that is NaN or infinite; DATA_INVALID where a kind of pair is missing
 */
export function verify(distances: Float32Array, same: Float32Array, threshold: number): VerificationMetrics {
  const ranking = rank(distances, same);
  const onTheirSide = distances.reduce((n, d, index) => n + Number(d < threshold === isSame(same[index])), 0);
  return {
    pairs: distances.length,
    threshold,
    accuracy: onTheirSide / distances.length,
    auc: areaUnderCurve(ranking),
    eer: equalErrorRate(ranking),
    meanSame: mean(distances, (index) => isSame(same[index])),
    meanDifferent: mean(distances, (index) => !isSame(same[index])),
  };
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

/** Mann-Whitney U over the number of matching × other pairs. */
function areaUnderCurve({ same, different, totals }: Ranking): number {
  let wins = 0;
  let sameBefore = 0;
  let differentBefore = 0;
  for (let index = 0; index < same.length; index++) {
    const tied = different[index] - differentBefore;
    wins += (same[index] - sameBefore) * (totals.different - different[index] + tied / 2);
    sameBefore = same[index];
    differentBefore = different[index];
  }
  return wins / (totals.same * totals.different);
}

/** Where the false accept rate crosses the false reject rate, both linear between neighbouring thresholds. */
function equalErrorRate({ same, different, totals }: Ranking): number {
  let accepts = 0;
  let rejects = 1;
  for (let index = 0; index < same.length; index++) {
    const nextAccepts = different[index] / totals.different;
    const nextRejects = 1 - same[index] / totals.same;
    if (nextAccepts >= nextRejects) {
      const before = rejects - accepts;
      const after = nextAccepts - nextRejects;
      return accepts + ((nextAccepts - accepts) * before) / (before + after);
    }
    accepts = nextAccepts;
    rejects = nextRejects;
  }
  return accepts;
}

function mean(distances: Float32Array, belongs: (index: number) => boolean): number {
  let sum = 0;
  let count = 0;
  for (let index = 0; index < distances.length; index++) {
    if (!belongs(index)) continue;
    sum += distances[index];
    count++;
  }
  return sum / count;
}
