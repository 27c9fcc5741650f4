import { percent } from '../words/percent.js';
import { isSame, type Ranking } from './ranking.js';

/** What a metric is computed from. */
export interface JudgedDistances {
  /** [pairs] */
  readonly distances: Float32Array;
  /** [pairs], 0 to 1; half and more counts as the same class. */
  readonly same: Float32Array;
  /** A pair counts as the same when its distance is below this. */
  readonly threshold: number;
  readonly ranking: Ranking;
}

interface Metric {
  /** Head of a column. */
  readonly title: string;
  /** null where neither is: training cannot follow it. */
  readonly better: 'higher' | 'lower' | null;
  show(value: number): string;
  of(judged: JudgedDistances): number;
}

/** The figures by which pairs are judged, in the order in which they are shown. */
export const metrics = {
  /** Share of pairs on their side of the threshold. */
  accuracy: { title: 'accuracy', better: 'higher', show: percent, of: accuracy },
  /** Area under the ROC curve: how often a matching pair is closer than another, ties counting half. */
  auc: { title: 'AUC', better: 'higher', show: (value) => value.toFixed(4), of: areaUnderCurve },
  /** Error rate where false accepts and false rejects are equally frequent, interpolated linearly. */
  eer: { title: 'EER', better: 'lower', show: percent, of: equalErrorRate },
  /** Mean distance of matching pairs. */
  meanSame: { title: 'same', better: null, show: inDistance, of: (judged) => mean(judged, true) },
  /** Mean distance of the other pairs. */
  meanDifferent: { title: 'different', better: null, show: inDistance, of: (judged) => mean(judged, false) },
} as const satisfies Readonly<Record<string, Metric>>;

export type MetricName = keyof typeof metrics;
export const metricNames = Object.keys(metrics) as readonly MetricName[];

/** What training can follow: the mean training loss of an epoch, and the figures of the validation split that have a better way. */
export type FollowedMetric =
  'loss' | { [K in MetricName]: (typeof metrics)[K]['better'] extends null ? never : K }[MetricName];

/** Which way each of them is better. */
export const metricDirections = Object.freeze({
  ...Object.fromEntries(
    metricNames.map((name) => [name, metrics[name].better]).filter(([, better]) => better !== null),
  ),
  loss: 'lower',
}) as Readonly<Record<FollowedMetric, 'higher' | 'lower'>>;

/** A followed metric as people read it: `loss`, `validation AUC`. */
export function metricTitle(metric: FollowedMetric): string {
  return metric === 'loss' ? 'loss' : `validation ${metrics[metric].title}`;
}

/** A figure of a followed metric as people read it. */
export function showMetric(metric: FollowedMetric, value: number): string {
  return metric === 'loss' ? value.toFixed(4) : metrics[metric].show(value);
}

export const followedMetrics = Object.keys(metricDirections) as readonly FollowedMetric[];

function accuracy({ distances, same, threshold }: JudgedDistances): number {
  return distances.reduce((n, d, index) => n + Number(d < threshold === isSame(same[index])), 0) / distances.length;
}

/** Mann-Whitney U over the number of matching × other pairs. */
function areaUnderCurve({ ranking: { same, different, totals } }: JudgedDistances): number {
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
function equalErrorRate({ ranking: { same, different, totals } }: JudgedDistances): number {
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

function mean({ distances, same }: JudgedDistances, ofMatching: boolean): number {
  let sum = 0;
  let count = 0;
  for (let index = 0; index < distances.length; index++) {
    if (isSame(same[index]) !== ofMatching) continue;
    sum += distances[index];
    count++;
  }
  return sum / count;
}

function inDistance(value: number): string {
  return value.toFixed(3);
}
