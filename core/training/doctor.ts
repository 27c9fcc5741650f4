import type { VerificationMetrics } from '../metrics/verification.js';
import { columnDtype } from '../plugin/columns.js';
import type { Samples } from '../plugin/kinds/dataset.js';
import type { SampleRange } from '../data/range.js';
import type { Emit, RunEvent } from './events.js';

/** Watches a run and tells, once each, what shows that it does not learn what it should. */
export interface Doctor {
  /** Before the first step: the range of each column over the training rows. */
  sampled(samples: Samples, ranges: Readonly<Record<string, SampleRange>>): void;
  /** What came of a split. */
  measured(split: string, metrics: VerificationMetrics): void;
  /** While it goes on. */
  hears(event: RunEvent): void;
}

/** All embeddings are one where no two of them are further apart. */
const collapsed = 1e-4;
/** An AUC of so little means that the labels of pairs are the other way round. */
const inverted = 0.3;
/** Values that a network sees and cannot learn from without scaling them. */
const tooLarge = 1e4;

export function doctor(emit: Emit, isFitted: boolean): Doctor {
  let [steps, empty] = [0, 0];
  const told = new Set<string>();
  const tell = (finding: string, message: string) => {
    if (told.has(finding)) return;
    told.add(finding);
    emit({ type: 'warning', message });
  };
  const figure = (value: number) => String(Number(value.toPrecision(3)));

  function measured(split: string, { auc, threshold, meanSame, meanDifferent }: VerificationMetrics): void {
    if (meanSame < collapsed && meanDifferent < collapsed)
      tell(
        'collapse',
        `The pairs of the ${split} split are ${figure(Math.max(meanSame, meanDifferent))} apart: all embeddings have collapsed into one. Lower training.learningRate, take another loss or margin, or let the base end without an activation that gives zeros.`,
      );
    else if (auc < inverted)
      tell(
        'inverted',
        `On the ${split} split other pairs are closer than matching ones (AUC ${figure(auc)}, distances ${figure(meanDifferent)} and ${figure(meanSame)}). Is same: 1 for a match in the dataset?`,
      );
    if (isFitted && threshold <= 0)
      tell(
        'nobody',
        `The threshold that fits best is ${figure(threshold)}: it takes no pair for a match, so the model tells nothing apart.`,
      );
  }

  return {
    sampled(samples, ranges) {
      for (const [name, column] of Object.entries(samples)) {
        const { scale = 1 } = column;
        const [low, high] = ranges[name];
        const largest = Math.max(Math.abs(low), Math.abs(high)) * Math.abs(scale);
        if (low === high)
          tell(
            `equal ${name}`,
            `All values of column ${name} of the training rows are ${figure(low)}: there is nothing to learn from.`,
          );
        else if (columnDtype(column) === 'uint8' && scale === 1 && high > 1)
          tell(
            `scale ${name}`,
            `Column ${name} holds bytes from ${low} to ${high} and has no scale, so that the network sees them as they are. Give it scale: 1 / 255.`,
          );
        else if (largest > tooLarge)
          tell(
            `scale ${name}`,
            `The network sees values up to ${figure(largest)} of column ${name}. Give it a scale that brings them to about 1.`,
          );
      }
    },

    measured,

    hears(event) {
      if (event.type === 'step') {
        steps++;
        if (event.empty === true) empty++;
      }
      if ((event.type === 'epoch' || event.type === 'validation') && event.validation !== null)
        measured('validation', event.validation);
      if (event.type !== 'epoch') return;
      if (empty * 2 > steps)
        tell(
          'empty',
          `In epoch ${event.epoch} the loss found nothing to learn from in ${empty} of ${steps} steps. Raise training.batchSize, take a sampler that draws several samples of each class, or another margin.`,
        );
      [steps, empty] = [0, 0];
    },
  };
}
