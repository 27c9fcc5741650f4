import { verify, type VerificationMetrics } from '../metrics/verification.js';
import { carriedOf, networkKeys, specOf, type ModelOptions } from '../model/model.js';
import { readModel } from '../model/model-folder.js';
import { tallying } from '../training/events.js';
import { newTally, type Counted } from '../words/tally.js';
import { openRun } from '../wiring/open-run.js';
import { registryWith } from '../wiring/registry.js';
import { parts, sessionParts } from '../wiring/tokens.js';

export interface EvaluateOptions extends ModelOptions {
  /** Stops the loading of the dataset; the promise then rejects with the signal's reason. */
  readonly signal?: AbortSignal;
}

export interface Evaluation {
  readonly validation: VerificationMetrics | null;
  readonly test: VerificationMetrics | null;
  /** What plugins warn of. */
  readonly warnings: readonly Counted[];
}

/**
 * Judges the saved model of a run on the validation and test splits of its dataset, at its saved threshold. On the same
 * engine and number of threads the figures are those of its summary.
 *
 * @param folder the folder of the run, or its `model/`
 */
export async function evaluate(folder: string, { plugins, engine, signal }: EvaluateOptions = {}): Promise<Evaluation> {
  const saved = await readModel(folder);
  const registry = registryWith(plugins);
  const spec = specOf(saved, [...networkKeys, 'dataset'], registry, engine);
  const warnings = newTally();
  const run = await openRun(spec, {
    registry,
    emit: tallying(warnings),
    first: 'replaced',
    rule: saved.judgingRule,
    ...(signal && { signal }),
  });
  const opened = await run.openSession(carriedOf(saved, await run.get(parts.inference)));
  try {
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
