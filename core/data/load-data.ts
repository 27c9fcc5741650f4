import { TwinspecError } from '../errors.js';
import type { Dataset, Pairs } from '../plugin/kinds/dataset.js';
import type { Spec } from '../spec/shell/spec.js';
import { dataOf, heldOutNames, type Data, type HeldOut } from './data.js';
import { judgedPairs, judgingRule, type JudgingRule } from './judged-pairs.js';
import { refuseData } from './numbers.js';

/** Data with the pairs by which each split that is held out is judged. */
export interface LoadedData extends Data {
  readonly judged: Readonly<Record<HeldOut, Pairs | null>>;
}

export interface LoadOptions {
  readonly signal: AbortSignal;
  /** Makes other data of what was loaded, before anything sees it. */
  readonly change?: (data: Data) => Data;
  /** How judged pairs are drawn. */
  readonly rule?: JudgingRule;
}

/**
 * Loads and checks the dataset of a spec.
 *
 * @throws DATA_INVALID; SPEC_MISMATCH where the threshold is to be fit and nothing is held out for that
 */
export async function loadData(
  plugin: Dataset,
  { dataset, evaluation }: Pick<Spec, 'dataset' | 'evaluation'>,
  { signal, change = (data) => data, rule = judgingRule }: LoadOptions,
): Promise<LoadedData> {
  const data = change(dataOf(await plugin.load(signal)));
  if (evaluation.threshold === 'fit' && data.validation === null && data.calibration === null) {
    throw new TwinspecError(
      'SPEC_MISMATCH',
      'evaluation.threshold is fit, and the dataset holds no validation split out.',
      {
        hint: `Give dataset ${dataset.use} an option that holds samples out, or set evaluation.threshold to a number.`,
      },
    );
  }
  return withJudged(data, rule, signal);
}

/** @throws DATA_INVALID where a split has no pairs of one kind */
export async function withJudged(data: Data, rule: JudgingRule, signal: AbortSignal): Promise<LoadedData> {
  const judged: Partial<Record<HeldOut, Pairs | null>> = {};
  for (const split of heldOutNames) {
    const examples = data[split];
    judged[split] = examples && (await judgedPairs(data, examples, rule, signal));
    if (judged[split]) checkBothKinds(split, judged[split]);
  }
  return { ...data, judged: judged as LoadedData['judged'] };
}

/** A split is judged by matching and by other pairs, so it needs both; better known before training than after. */
function checkBothKinds(split: string, { same }: Pairs): void {
  for (const [kind, missing] of [
    ['matching pairs', same.every((grade) => grade < 0.5)],
    ['pairs of two classes', same.every((grade) => grade >= 0.5)],
  ] as const) {
    if (missing)
      refuseData(`The ${split} split has no ${kind}.`, 'Give pairs of both kinds, or null for no such split.');
  }
}
