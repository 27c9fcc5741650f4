import type { Container } from 'inversify';
import type { Dataset, LoadedDataset, Samples } from '../plugin/kinds/dataset.js';
import type { EngineSession } from '../plugin/kinds/engine.js';
import { autoEngine } from '../plugin/registry.js';
import { token } from '../plugin/services.js';
import { TwinspecError } from '../errors.js';
import type { SiameseGraph } from '../graph/siamese-graph.js';
import type { Spec } from '../spec/shell/spec.js';
import { checkDataset } from '../data/check-dataset.js';
import type { Emit } from '../training/events.js';
import { createSessionContainer, type DataShape } from './container.js';
import type { Workshop } from './create-plugin.js';
import { engineChoices, type EngineChoice } from './engine-choice.js';

/**
 * Loads and checks the dataset that a spec names, and binds what the graph must know of it. `change` makes another of it
 * before anything sees it.
 */
export async function loadDataset(
  run: Container,
  spec: Spec,
  signal: AbortSignal,
  change = (dataset: LoadedDataset) => dataset,
): Promise<LoadedDataset> {
  const plugin = await run.getAsync<Dataset>(token('plugin:dataset'));
  const dataset = change(await plugin.load(signal));
  checkDataset(dataset);
  if (spec.evaluation.threshold === 'fit' && dataset.validation === null) {
    throw new TwinspecError(
      'SPEC_MISMATCH',
      'evaluation.threshold is fit, and the dataset holds no validation split out.',
      {
        hint: `Give dataset ${spec.dataset.use} an option that holds samples out, or set evaluation.threshold to a number.`,
      },
    );
  }
  run.bind(token('dataset')).toConstantValue(dataset);
  bindDataShape(run, { sampleShape: dataset.samples.shape, classes: classesOf(dataset) });
  return dataset;
}

export function bindDataShape(run: Container, shape: DataShape): void {
  run.bind(token('data-shape')).toConstantValue(shape);
}

/** An open session that the graph's first values have been written to, and the container of its services. */
export interface OpenSession extends EngineChoice {
  readonly session: EngineSession;
  readonly container: Container;
}

/**
 * Opens a session on the best engine that can compile what `prepare` asks for. With `engine: auto` an engine that cannot
 * is a warning, and the next one is tried.
 */
export async function openSession(
  run: Container,
  { spec, samples, emit }: { spec: Spec; samples: Samples | null; emit: Emit },
  prepare: (container: Container) => Promise<void>,
): Promise<OpenSession> {
  const graph = await run.getAsync<SiameseGraph>(token('graph'));
  let refusal: TwinspecError | null = null;
  for await (const choice of engineChoices(spec, run.get<Workshop>(token('workshop')))) {
    const session = await choice.engine.open(samples);
    try {
      session.write(graph.initial);
      const container = createSessionContainer(run, session);
      await prepare(container);
      return { ...choice, session, container };
    } catch (error) {
      await session.dispose();
      const mayGoOn =
        spec.engine.use === autoEngine && error instanceof TwinspecError && error.code === 'ENGINE_UNSUPPORTED';
      if (!mayGoOn) throw error;
      refusal = error;
      emit({
        type: 'warning',
        message: `Engine ${choice.engine.report.engine} cannot run this spec: ${error.message}`,
      });
    }
  }
  throw refusal ?? new TwinspecError('ENGINE_UNAVAILABLE', 'No engine can run here.');
}

/** Labels count from 0, so one that no sample has counts too; 0 where there are no labels. */
export function classesOf({ labels }: Pick<LoadedDataset, 'labels'>): number {
  return labels === null ? 0 : labels.reduce((highest, label) => Math.max(highest, label), -1) + 1;
}
