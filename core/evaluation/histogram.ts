/** How often values fall into intervals of equal width. All numbers are finite. */
export interface Histogram {
  /** Where the intervals begin and end, ascending: one more than `counts`. */
  readonly edges: readonly number[];
  /** Values in each interval; one on an edge counts to the right of it, the last edge to the left. */
  readonly counts: readonly number[];
  readonly min: number;
  readonly max: number;
  readonly sum: number;
  readonly sumOfSquares: number;
}

export type Histograms = Readonly<Record<string, Histogram>>;
export type Range = readonly [low: number, high: number];

const intervals = 30;

/**
 * The histogram of one or more values.
 *
 * @param range what the intervals cover, so that two histograms can be compared; every value lies in it
 */
export function histogramOf(values: Float32Array, range: Range = rangeOf(values)): Histogram {
  const [low, high] = widened(range);
  const perUnit = intervals / (high - low);
  const counts = new Array<number>(intervals).fill(0);
  let sum = 0;
  let sumOfSquares = 0;
  for (let index = 0; index < values.length; index++) {
    const value = values[index];
    counts[Math.min(intervals - 1, Math.floor((value - low) * perUnit))]++;
    sum += value;
    sumOfSquares += value * value;
  }
  const edges = Array.from({ length: intervals + 1 }, (_, index) =>
    index === intervals ? high : low + ((high - low) * index) / intervals,
  );
  const [min, max] = rangeOf(values);
  return { edges, counts, min, max, sum, sumOfSquares };
}

/** The lowest and the highest of one or more values. */
export function rangeOf(values: Float32Array): Range {
  let low = Infinity;
  let high = -Infinity;
  for (let index = 0; index < values.length; index++) {
    const value = values[index];
    if (value < low) low = value;
    if (value > high) high = value;
  }
  return [low, high];
}

/** A range of some width, also around a single value. */
function widened([low, high]: Range): Range {
  if (high > low) return [low, high];
  const half = Math.max(0.5, Math.abs(low) * 2 ** -20);
  return [low - half, high + half];
}
