import type { Unit } from './kinds/dataset.js';
import type { Consumes } from './kinds/loss.js';

const misfits: Readonly<Record<Unit, Readonly<Record<Consumes, string | null>>>> = {
  pairs: {
    pairs: null,
    triplets: 'a pair has no third sample to compare its anchor with',
    batch: 'a pair says whether its two samples match, not which classes they have',
  },
  triplets: {
    pairs: null,
    triplets: null,
    batch: 'a triplet says which of two samples is closer, not which classes they have',
  },
  rows: {
    pairs: null,
    triplets: 'single rows do not say which sample is the anchor, which the positive and which the negative',
    batch: null,
  },
};

/**
 * Why batches of this unit cannot be turned into what a loss consumes; null where they can. A triplet gives two pairs,
 * labelled rows give all pairs among them.
 */
export function misfit(unit: Unit, consumes: Consumes): string | null {
  return misfits[unit][consumes];
}
