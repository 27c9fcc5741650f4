import type { VerificationMetrics } from '../metrics/verification.js';
import { metricNames, metrics } from '../metrics/metrics.js';
import { table } from './terminal.js';

/** A table of the figures of the splits that were judged. */
export function metricsTable(splits: Readonly<Record<string, VerificationMetrics | null>>): string {
  const rows = Object.entries(splits).flatMap(([split, judged]) => (judged === null ? [] : [row(split, judged)]));
  return table([['split', 'pairs', 'threshold', ...metricNames.map((name) => metrics[name].title)], ...rows]);
}

function row(split: string, judged: VerificationMetrics): string[] {
  const figures = metricNames.map((name) => metrics[name].show(judged[name]));
  return [split, judged.pairs.toLocaleString('en'), judged.threshold.toFixed(3), ...figures];
}
