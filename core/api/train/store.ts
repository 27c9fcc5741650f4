import type { EngineReport } from '../../plugin/kinds/engine.js';
import { describeEnvironment } from '../../run/environment.js';
import { continueStore, createStore, readEnvironment, type Continuation, type RunStore } from '../../run/run-store.js';
import { resolvedYaml } from '../../spec/show/resolved-yaml.js';
import type { Spec } from '../../spec/shell/spec.js';
import { pluginUses } from '../../wiring/container.js';
import type { TrainOptions } from './train.js';
import type { WarmStart } from './warm-start.js';

interface StoreInputs {
  readonly spec: Spec;
  readonly engine: EngineReport;
  /** Fingerprint of the dataset; null where nothing is written. */
  readonly datasetSha256: string | null;
  readonly continuation: Continuation | null;
  readonly warm: WarmStart | null;
}

/** Opens what a run writes to; null where nothing is written. */
export async function openStore(inputs: StoreInputs, { folder, source }: TrainOptions): Promise<RunStore | null> {
  const { spec, engine, datasetSha256, continuation, warm } = inputs;
  if (datasetSha256 === null) return null;
  if (continuation !== null) return continueStore(continuation, { spec, dataset: datasetSha256 });
  const uses = Object.entries({ ...pluginUses(spec), engine: { use: engine.engine } });
  return createStore('out' in folder! ? folder : { ...folder!, name: spec.name, now: new Date() }, {
    given: source ?? resolvedYaml(spec),
    spec,
    environment: describeEnvironment({
      engine,
      seed: spec.seed,
      plugins: uses.map(([kind, { use }]) => ({ kind, name: use })),
      datasetSha256,
      warmStartSha256: warm && warm.sha256,
    }),
  });
}

/** What the user of a resumed run should know: damaged checkpoints, and another engine than before. */
export async function* resumeWarnings({ folder, damaged }: Continuation, engine: EngineReport): AsyncGenerator<string> {
  for (const { reason } of damaged) yield `A later checkpoint is not sound and is left out. ${reason}`;
  const before = (await readEnvironment(folder))?.engine;
  if (before !== undefined && describe(before) !== describe(engine))
    yield `The run began on ${describe(before)} and goes on with ${describe(engine)}: its results may differ in their last bits.`;
}

function describe({ engine, device, threads, runtime }: EngineReport): string {
  return `engine ${engine} (${runtime}, ${device}, ${threads} ${threads === 1 ? 'thread' : 'threads'})`;
}
