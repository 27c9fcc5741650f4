import { sampledEpoch } from '../data/sampled-epoch.js';
import { TwinspecError } from '../errors.js';
import type { Descriptor } from '../plugin/descriptor.js';
import { formOf } from '../graph/examples.js';
import { countOf } from '../plugin/examples.js';
import type { Spec } from '../spec/shell/spec.js';
import { openRun } from '../wiring/open-run.js';
import { registryWith } from '../wiring/registry.js';
import { parts, plugins } from '../wiring/tokens.js';

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
export async function stepModel(spec: Spec, { plugins: given, signal }: StepModelOptions = {}): Promise<Uint8Array> {
  const run = await openRun(spec, { registry: registryWith(given), ...(signal && { signal }) });
  const batch = sampledEpoch(spec, run.data, await run.get(plugins.sampler), 1).batch(0);
  const counts = Array<number>(spec.training.accumulate).fill(countOf(batch));
  const graph = await run.get(parts.graph);
  let model: Uint8Array | undefined;
  const { session, engine } = await run.openSession(graph.initial, async ({ session }) => {
    const compiled = await session.compile(graph.step(formOf([batch]), ...counts));
    model = compiled.model?.();
  });
  await session.dispose();
  if (model !== undefined) return model;
  throw new TwinspecError('ENGINE_UNSUPPORTED', `Engine ${engine.engine} makes no graph of a training step.`, {
    hint: 'Use engine: onnx.',
  });
}
