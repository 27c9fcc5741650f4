import { heldOutNames, type HeldOut } from './data.js';
import type { LoadedData } from './load-data.js';
import type { Overlap } from './overlap.js';

/** What the figures of a run rest on. */
export interface DataFacts {
  /** How many pairs each split is judged by, of one class and of two; null where there is no such split. */
  readonly judged: Readonly<Record<HeldOut, { readonly matching: number; readonly others: number } | null>>;
  /** What splits share; empty where they share nothing. */
  readonly overlaps: readonly Overlap[];
}

export function factsOf({ judged }: LoadedData, overlaps: readonly Overlap[]): DataFacts {
  const counts = heldOutNames.map((name) => {
    const pairs = judged[name];
    if (pairs === null) return [name, null] as const;
    const matching = pairs.same.filter((grade) => grade >= 0.5).length;
    return [name, { matching, others: pairs.same.length - matching }] as const;
  });
  return { judged: Object.fromEntries(counts) as DataFacts['judged'], overlaps };
}
