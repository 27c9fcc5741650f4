import type { Descriptor } from '../plugin/descriptor.js';
import type { EngineSession } from '../plugin/kinds/engine.js';
import { token } from '../plugin/services.js';
import { TwinspecError } from '../errors.js';
import { sampledEpoch } from '../data/sampled-epoch.js';
import { countOf } from '../plugin/examples.js';
import type { Sampler } from '../plugin/kinds/sampler.js';
import type { SiameseGraph } from '../graph/siamese-graph.js';
import type { Spec } from '../spec/shell/spec.js';
import { createContainer } from '../wiring/container.js';
import { loadTf } from '../wiring/load-tf.js';
import { registryWith } from '../wiring/registry.js';
import { loadDataset, openSession } from '../wiring/session.js';

export interface StepModelOptions {
  /** Plugins that the spec may name beside the shipped ones. */
  readonly plugins?: readonly Descriptor[];
  readonly signal?: AbortSignal;
}

/**
 * The training step of a spec as a serialized ONNX model, to be looked at in a viewer such as Netron.
 *
 * @throws ENGINE_UNSUPPORTED where the spec's engine makes no such model
 */
export async function stepModel(spec: Spec, options: StepModelOptions = {}): Promise<Uint8Array> {
  const registry = registryWith(options.plugins);
  const emit = () => undefined;
  const run = createContainer(spec, registry, await loadTf(), emit);
  const dataset = await loadDataset(run, spec, options.signal ?? new AbortController().signal);
  const batch = sampledEpoch(spec, dataset, await run.getAsync<Sampler>(token('plugin:sampler')), 1).batch(0);
  const counts = Array<number>(spec.training.accumulate).fill(countOf(batch));
  let model: Uint8Array | undefined;
  const { session, engine } = await openSession(run, { spec, samples: dataset.samples, emit }, async (container) => {
    const graph = await container.getAsync<SiameseGraph>(token('graph'));
    const session = await container.getAsync<EngineSession>(token('session'));
    const compiled = await session.compile(graph.step(batch.unit, ...counts));
    model = compiled.model?.();
  });
  await session.dispose();
  if (model !== undefined) return model;
  throw new TwinspecError('ENGINE_UNSUPPORTED', `Engine ${engine.report.engine} makes no graph of a training step.`, {
    hint: 'Use engine: onnx.',
  });
}
