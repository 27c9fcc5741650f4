import { verify, type VerificationMetrics } from '../metrics/verification.js';
import { carriedOf, networkKeys, replacing, specOf, type ModelOptions } from '../model/model.js';
import { checkProbe, probeOf } from '../model/probe.js';
import { readModel } from '../model/model-folder.js';
import { tallying } from '../training/events.js';
import { TwinspecError } from '../errors.js';
import { judgingRule } from '../data/judged-pairs.js';
import { datasetFingerprint } from '../run/fingerprints.js';
import { readEnvironment } from '../run/environment.js';
import { newTally, type Counted } from '../words/tally.js';
import { openRun } from '../wiring/open-run.js';
import { registryWith } from '../wiring/registry.js';
import { parts, sessionParts } from '../wiring/tokens.js';

export interface EvaluateOptions extends Omit<ModelOptions, 'onWarning'> {
  /** Goes on, with a warning, where the data are not those that the model was trained and judged on. */
  readonly changedData?: boolean;
  /** Stops the loading of the dataset; the promise then rejects with the signal's reason. */
  readonly signal?: AbortSignal;
}

export interface Evaluation {
  readonly validation: VerificationMetrics | null;
  readonly test: VerificationMetrics | null;
  /** What is doubtful, and what plugins warn of. */
  readonly warnings: readonly Counted[];
}

/**
 * Judges the saved model of a run on the validation and test splits of its dataset, at its saved threshold. On the same
 * engine and number of threads the figures are those of its summary.
 *
 * @param folder the folder of the run, or its `model/`
 * @throws DATA_CHANGED where the dataset gives other data than at that time
 */
export async function evaluate(folder: string, options: EvaluateOptions = {}): Promise<Evaluation> {
  const { plugins, engine, signal = new AbortController().signal, changedData = false } = options;
  const saved = await readModel(folder);
  const registry = registryWith(plugins);
  const spec = specOf(saved, [...networkKeys, 'dataset'], registry, engine);
  const warnings = newTally();
  const run = await openRun(spec, {
    registry,
    emit: tallying(warnings),
    first: replacing(saved),
    rule: saved.judgingRule,
    signal,
  });
  const before = saved.datasetSha256 ?? (await readEnvironment(folder))?.dataset.sha256;
  const changed = before !== undefined && before !== (await datasetFingerprint(run.data, signal));
  if (changed && !changedData) throw dataChanged(spec.dataset.use);
  if (changed) warnings.add(`Dataset ${spec.dataset.use} gives other data than those that the model was judged on.`);
  if (saved.judgingRule !== judgingRule)
    warnings.add('The run is judged as at its time: its pairs follow from its seed and from the order of rows.');
  const opened = await run.openSession(carriedOf(saved, await run.get(parts.inference)));
  try {
    if (saved.probe !== undefined)
      checkProbe(saved.probe, await probeOf(await opened.get(sessionParts.embedder), saved.columns), saved.spec);
    const evaluator = await opened.get(sessionParts.evaluator);
    const judge = async (split: 'validation' | 'test') => {
      const pairs = run.data.judged[split];
      if (pairs === null) return null;
      const { distances, same } = await evaluator.measure(pairs);
      return verify(distances, same, saved.threshold);
    };
    return { validation: await judge('validation'), test: await judge('test'), warnings: warnings.all() };
  } finally {
    await opened.session.dispose();
  }
}

function dataChanged(dataset: string): TwinspecError {
  return new TwinspecError(
    'DATA_CHANGED',
    `Dataset ${dataset} gives other data than those that the model was trained and judged on.`,
    {
      hint: 'Bring the data back as they were, or judge it on those that are there: --changed-data, or changedData: true.',
    },
  );
}
