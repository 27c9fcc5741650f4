import { token } from '../plugin/services.js';
import { Evaluator } from '../evaluation/evaluator.js';
import { verify, type VerificationMetrics } from '../metrics/verification.js';
import { families } from '../graph/places.js';
import type { SiameseGraph } from '../graph/siamese-graph.js';
import { readModel } from '../model/model-folder.js';
import { noLimits } from '../spec/read/limits.js';
import { validateSpec } from '../spec/validate-spec.js';
import { createContainer } from '../wiring/container.js';
import { loadTf } from '../wiring/load-tf.js';
import { carriedOf, type ModelOptions } from '../model/model.js';
import { registryWith } from '../wiring/registry.js';
import { loadDataset, openSession } from '../wiring/session.js';

export interface EvaluateOptions extends ModelOptions {
  /** Stops the loading of the dataset; the promise then rejects with the signal's reason. */
  readonly signal?: AbortSignal;
}

export interface Evaluation {
  readonly validation: VerificationMetrics | null;
  readonly test: VerificationMetrics | null;
}

/**
 * Judges the saved model of a run on the validation and test splits of its dataset, at its saved threshold. On the same
 * engine and number of threads the figures are those of its summary.
 *
 * @param folder the folder of the run, or its `model/`
 */
export async function evaluate(folder: string, options: EvaluateOptions = {}): Promise<Evaluation> {
  const saved = await readModel(folder);
  const registry = registryWith(options.plugins);
  const spec = validateSpec(options.engine === undefined ? saved.spec : { ...saved.spec, engine: options.engine }, {
    registry,
    limits: noLimits,
  });
  const run = createContainer(spec, registry, await loadTf(), () => undefined);
  const dataset = await loadDataset(run, spec, options.signal ?? new AbortController().signal);
  const { session, container } = await openSession(run, { spec, samples: dataset.samples, emit: () => undefined }, () =>
    Promise.resolve(),
  );
  try {
    const graph = await run.getAsync<SiameseGraph>(token('graph'));
    session.write(carriedOf(saved, graph, families[graph.judged]));
    const evaluator = await container.getAsync(Evaluator);
    const judge = async (split: keyof Evaluation) => {
      const examples = dataset[split];
      if (examples === null) return null;
      const { distances, same } = await evaluator.measure(examples);
      return verify(distances, same, saved.threshold);
    };
    return { validation: await judge('validation'), test: await judge('test') };
  } finally {
    await session.dispose();
  }
}
