import type { VerificationMetrics } from '../evaluation/verification.js';
import { percent, table } from './terminal.js';

/** A table of the figures of the splits that were judged. */
export function metricsTable(splits: Readonly<Record<string, VerificationMetrics | null>>): string {
  const rows = Object.entries(splits).flatMap(([split, metrics]) => (metrics === null ? [] : [row(split, metrics)]));
  return table([['split', 'pairs', 'threshold', 'accuracy', 'AUC', 'EER', 'same', 'different'], ...rows]);
}

function row(split: string, metrics: VerificationMetrics): string[] {
  const { pairs, threshold, accuracy, auc, eer, meanSame, meanDifferent } = metrics;
  return [
    split,
    pairs.toLocaleString('en'),
    threshold.toFixed(3),
    percent(accuracy),
    auc.toFixed(4),
    percent(eer),
    meanSame.toFixed(3),
    meanDifferent.toFixed(3),
  ];
}
