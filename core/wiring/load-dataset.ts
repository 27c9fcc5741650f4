import { checkDataset } from '../data/check-dataset.js';
import { TwinspecError } from '../errors.js';
import type { Dataset, LoadedDataset } from '../plugin/kinds/dataset.js';
import type { Spec } from '../spec/shell/spec.js';

export interface LoadOptions {
  readonly signal: AbortSignal;
  /** Makes another dataset of what was loaded, before anything sees it. */
  readonly change?: (loaded: LoadedDataset) => LoadedDataset;
}

/** Loads and checks the dataset that a spec names. */
export async function loadDataset(
  plugin: Dataset,
  { dataset: { use }, evaluation }: Spec,
  { signal, change = (loaded) => loaded }: LoadOptions,
): Promise<LoadedDataset> {
  const dataset = change(await plugin.load(signal));
  checkDataset(dataset);
  if (evaluation.threshold === 'fit' && dataset.validation === null) {
    throw new TwinspecError(
      'SPEC_MISMATCH',
      'evaluation.threshold is fit, and the dataset holds no validation split out.',
      { hint: `Give dataset ${use} an option that holds samples out, or set evaluation.threshold to a number.` },
    );
  }
  return dataset;
}

/** Labels count from 0, so one that no sample has counts too; 0 where there are no labels. */
export function classesOf({ labels }: Pick<LoadedDataset, 'labels'>): number {
  return labels === null ? 0 : labels.reduce((highest, label) => Math.max(highest, label), -1) + 1;
}
