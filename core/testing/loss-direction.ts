import type { Consumes } from '../plugin/kinds/loss.js';
import type { Tf } from '../plugin/tensors.js';
import { ordinaryBatch, type Batch } from './batches.js';
import { evaluate, type Results } from './experiment.js';
import type { LossOn } from './loss-lab.js';
import { float, identical, joinRows, norm, normals, scaled, show, type Numbers } from './numbers.js';
import { fault } from './report.js';

const size = 24;
/** How large the distances of a batch are, on the whole. */
const spreads = [0.2, 1, 3];
const closer = [1, 0.9, 0.7, 0.5, 0.2];
const farther = [1, 1.1, 1.4, 2, 5];
const rounding = 1e-4;

/** A series of batches in which only one thing changes, for the better. */
interface Series {
  /** Such as `matching pairs come closer`. */
  readonly change: string;
  readonly costs: readonly Results[];
}

/**
 * Closer positives never cost more, and farther negatives never cost more. All of a batch move at once, because the cost of
 * one may well rise when only another one moves; values per pair or triplet are compared one by one.
 */
export function directionOfLoss(tf: Tf, consumes: Consumes, on: LossOn): string {
  const cost = (batch: Batch, replaced?: Readonly<Record<string, Numbers>>) => evaluate(tf, on(batch, replaced));
  const byDistance = spreads.flatMap((spread) => seriesByDistance(consumes, spread, cost));
  const still = byDistance.every(({ costs }) => costs.every((results) => same(results, costs[0])));
  const series = still ? seriesByPlace(consumes, cost) : byDistance;
  if (series.length === 0) return 'It does not read the distances, so there is no direction to check.';
  for (const one of series) judge(one, consumes);
  return 'Closer positives never cost more, nor do farther negatives.';
}

type Cost = (batch: Batch, replaced?: Readonly<Record<string, Numbers>>) => Results;

/** Changes the distances that the loss gets, and nothing else. */
function seriesByDistance(consumes: Consumes, spread: number, cost: Cost): readonly Series[] {
  const batch = ordinaryBatch(consumes, size, spread);
  const along = (change: string, factors: readonly number[], make: (factor: number) => Results): Series => ({
    change,
    costs: factors.map(make),
  });
  if (consumes === 'pairs') {
    const lengths = float(
      [size],
      Array.from({ length: size }, (_, index) => ((index + 0.5) / size) * 2 * spread),
    );
    const pairs = (same: number, factor: number) =>
      cost(
        { ...batch, facts: { same: float([size], new Float32Array(size).fill(same)) } },
        { distance: scaled(lengths, factor) },
      );
    return [
      along('matching pairs come closer', closer, (factor) => pairs(1, factor)),
      along('other pairs move apart', farther, (factor) => pairs(0, factor)),
    ];
  }
  if (consumes === 'triplets') {
    const lengths = normals([3, size], 9).data.map((value) => spread * (0.1 + Math.abs(value)));
    const [positive, negative, swapped] = [0, 1, 2].map((part) =>
      float([size], lengths.subarray(part * size, (part + 1) * size)),
    );
    return [
      along('positives come closer', closer, (factor) =>
        cost(batch, { positive: scaled(positive, factor), negative, swapped }),
      ),
      along('negatives move apart', farther, (factor) =>
        cost(batch, { positive, negative: scaled(negative, factor), swapped: scaled(swapped, factor) }),
      ),
    ];
  }
  const matrices = (alike: number, unlike: number) => cost(batch, { distance: squareDistances(batch, alike, unlike) });
  return [
    along('samples of one class come closer', closer, (factor) => matrices(factor, 1)),
    along('samples of different classes move apart', farther, (factor) => matrices(1, factor)),
  ];
}

/** Euclidean distances of a labelled batch, those within a class and those between classes each times a factor. */
function squareDistances({ embedding, facts }: Batch, alike: number, unlike: number): Numbers {
  const [rows, width] = embedding.shape;
  const row = (index: number) => embedding.data.subarray(index * width, (index + 1) * width);
  const distances = Array.from({ length: rows * rows }, (_, flat) => {
    const [i, j] = [Math.floor(flat / rows), flat % rows];
    const apart = norm(Array.from(row(i), (value, index) => value - row(j)[index]));
    return apart * (facts.label.data[i] === facts.label.data[j] ? alike : unlike);
  });
  return float([rows, rows], distances);
}

/** Moves the embeddings, for a loss that reads nothing else. Positives and negatives lie at right angles from the anchor. */
function seriesByPlace(consumes: Consumes, cost: Cost): readonly Series[] {
  if (consumes === 'batch') return [];
  const anchor = repeat([0.9, 0, 0, 0]);
  const positive = (share: number) => repeat([0.9 - 0.5 * share, 0.7 * share, 0, 0]);
  const negative = (share: number) => repeat([0.9 - 0.5 * share, 0, 0.7 * share, 0]);
  const series = (change: string, shares: readonly number[], make: (share: number) => Results): Series => ({
    change,
    costs: shares.map(make),
  });
  const apart = [0.2, 0.5, 0.7, 0.9, 1];
  const together = [...apart].reverse();
  if (consumes === 'pairs') {
    const pairs = (same: number, share: number) =>
      cost({
        embedding: joinRows(anchor, positive(share)),
        facts: { same: float([size], new Float32Array(size).fill(same)) },
      });
    return [
      series('matching pairs come closer', together, (share) => pairs(1, share)),
      series('other pairs move apart', apart, (share) => pairs(0, share)),
    ];
  }
  const triplets = (near: number, far: number) =>
    cost({ embedding: joinRows(anchor, positive(near), negative(far)), facts: {} });
  return [
    series('positives come closer', together, (share) => triplets(share, 0.5)),
    series('negatives move apart', apart, (share) => triplets(0.5, share)),
  ];
}

function repeat(row: readonly number[]): Numbers {
  return float([size, row.length], Array.from({ length: size }, () => row).flat());
}

function judge({ change, costs }: Series, consumes: Consumes): void {
  const each = costs.map((results) => perElement(results, consumes));
  for (let step = 1; step < each.length; step++) {
    const worse = each[step].findIndex(
      (value, index) => value > each[step - 1][index] + rounding * (1 + Math.abs(each[step - 1][index])),
    );
    if (worse < 0) continue;
    fault(
      `It costs more when ${change}: ${show(each[step - 1][worse])} becomes ${show(each[step][worse])}. Distances grow with dissimilarity, and \`same\` is 1 for a match: check the signs.`,
    );
  }
}

/** The cost of each pair or triplet where all terms tell it, otherwise of the whole batch. */
function perElement(results: Results, consumes: Consumes): number[] {
  const terms = Object.entries(results).filter(([name]) => !name.startsWith('next state of'));
  if (consumes !== 'batch' && terms.every(([, { shape }]) => String(shape) === String([size])))
    return Array.from({ length: size }, (_, index) => terms.reduce((sum, [, { data }]) => sum + data[index], 0));
  return [terms.flatMap(([, { data }]) => Array.from(data)).reduce((sum, value) => sum + value, 0)];
}

function same(a: Results, b: Results): boolean {
  return Object.entries(a).every(([name, { data }]) => identical(data, b[name].data));
}
