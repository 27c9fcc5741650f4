import type { EngineReport } from '../../plugin/kinds/engine.js';
import { describeEnvironment } from '../../run/environment.js';
import { continueStore, createStore, readEnvironment, type Continuation, type RunStore } from '../../run/run-store.js';
import { resolvedYaml } from '../../spec/show/resolved-yaml.js';
import type { Spec } from '../../spec/shell/spec.js';
import { engineWords } from '../../words/engine-words.js';
import { pluginUses } from '../../spec/plugin-uses.js';
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
  return createStore('out' in folder! ? folder : { ...folder!, name: spec.name, now: new Date() }, {
    given: source ?? resolvedYaml(spec),
    spec,
    environment: describeEnvironment({
      engine,
      seed: spec.seed,
      plugins: pluginUses(spec).map(({ kind, use }) => ({ kind, name: kind === 'engine' ? engine.engine : use.use })),
      datasetSha256,
      warmStartSha256: warm && warm.sha256,
    }),
  });
}

/** What the user of a resumed run should know: damaged checkpoints, and another engine than before. */
export async function* resumeWarnings({ folder, damaged }: Continuation, engine: EngineReport): AsyncGenerator<string> {
  for (const { reason } of damaged) yield `A later checkpoint is not sound and is left out. ${reason}`;
  const before = (await readEnvironment(folder))?.engine;
  if (before !== undefined && engineWords(before) !== engineWords(engine))
    yield `The run began on engine ${engineWords(before)} and goes on with engine ${engineWords(engine)}: its results may differ in their last bits.`;
}
