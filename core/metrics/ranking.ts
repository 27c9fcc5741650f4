import { TwinspecError } from '../errors.js';

/** Distances in ascending order, one entry per distinct value, with the pairs that lie at or below it. */
export interface Ranking {
  /** Distinct distances, ascending. */
  readonly distance: readonly number[];
  /** Matching pairs at this distance or below. */
  readonly same: readonly number[];
  /** Other pairs at this distance or below. */
  readonly different: readonly number[];
  /** Pairs of each kind in all; at least 1 each. */
  readonly totals: { readonly same: number; readonly different: number };
}

/** A grade between 0 and 1 counts as the kind that it is nearer to; one half counts as the same. */
export function isSame(grade: number): boolean {
  return grade >= 0.5;
}

/**
 * Ranks pairs by distance in O(n log n).
 *
 * @throws NON_FINITE for a distance that is NaN or infinite; DATA_INVALID where a kind of pair is missing, a grade is
 * outside 0 to 1, or the lengths differ.
 */
export function rank(distances: Float32Array, same: Float32Array): Ranking {
  check(distances, same);
  const matching = distances.filter((_, index) => isSame(same[index])).sort();
  const others = distances.filter((_, index) => !isSame(same[index])).sort();
  if (matching.length === 0 || others.length === 0) throw oneKind(distances.length, others.length === 0);

  const ranking = { distance: [] as number[], same: [] as number[], different: [] as number[] };
  let m = 0;
  let o = 0;
  while (m < matching.length || o < others.length) {
    const distance = Math.min(matching[m] ?? Infinity, others[o] ?? Infinity);
    while (matching[m] === distance) m++;
    while (others[o] === distance) o++;
    ranking.distance.push(distance);
    ranking.same.push(m);
    ranking.different.push(o);
  }
  return { ...ranking, totals: { same: m, different: o } };
}

function check(distances: Float32Array, same: Float32Array): void {
  if (distances.length !== same.length) {
    throw new TwinspecError('DATA_INVALID', `There are ${distances.length} distances but ${same.length} labels.`);
  }
  const bad = distances.findIndex((distance) => !Number.isFinite(distance));
  if (bad >= 0) throw new TwinspecError('NON_FINITE', `The distance of pair ${bad} is ${distances[bad]}.`);
  const odd = same.findIndex((grade) => !(grade >= 0 && grade <= 1));
  if (odd < 0) return;
  throw new TwinspecError('DATA_INVALID', `The label of pair ${odd} is ${same[odd]}; it has to be 0 to 1.`);
}

function oneKind(pairs: number, allSame: boolean): TwinspecError {
  const found =
    pairs === 0 ? 'there are none' : `all ${pairs} are of ${allSame ? 'the same class' : 'different classes'}`;
  return new TwinspecError('DATA_INVALID', `Verification needs matching and other pairs, but ${found}.`);
}
