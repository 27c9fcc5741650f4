import type { Container } from 'inversify';
import { TwinspecError } from '../errors.js';
import type { FirstValues } from '../graph/bound-base.js';
import type { Samples } from '../plugin/kinds/dataset.js';
import type { EngineReport, EngineSession } from '../plugin/kinds/engine.js';
import { autoEngine, type Registry } from '../plugin/registry.js';
import type { HostTensors } from '../plugin/tensors.js';
import type { Spec } from '../spec/shell/spec.js';
import type { Emit } from '../training/events.js';
import { factsOf } from '../graph/examples.js';
import type { DataShape } from './build.js';
import { runContainer, sessionContainer } from './container.js';
import type { Workshop } from './create-plugin.js';
import { engineChoices, type EngineChoice } from './engine-choice.js';
import { judgingRule, type JudgingRule } from '../data/judged-pairs.js';
import { loadData, type LoadedData, type LoadOptions } from '../data/load-data.js';
import { shapesOf } from '../plugin/columns.js';
import { noSeed } from '../random/stream.js';
import { loadTf } from './load-tf.js';
import { parts, plugins, type Token } from './tokens.js';

/** What a spec stands for. Its parts are made when they are first asked for. */
export interface OpenSpec {
  get<T>(token: Token<T>): Promise<T>;
  /** The engines that may run it, best first. */
  engines(): AsyncIterable<EngineChoice>;
  /**
   * Opens a session on the best engine that can compile what `prepare` asks for, and writes `carried` to it. With
   * `engine: auto` an engine that cannot is a warning, and the next one is tried.
   */
  openSession(carried: HostTensors, prepare?: (session: OpenSession) => Promise<void>): Promise<OpenSession>;
}

/** A spec whose data are loaded. */
export interface OpenRun extends OpenSpec {
  readonly data: LoadedData;
}

export interface OpenSession {
  readonly session: EngineSession;
  readonly engine: EngineReport;
  /** One line on why this engine. */
  readonly reason: string;
  /** Also of parts that there are on a session only. */
  get<T>(token: Token<T>): Promise<T>;
}

export interface OpenOptions {
  readonly registry: Registry;
  readonly emit?: Emit;
  /** `replaced` where the weights are those of a model that is judged or used. */
  readonly first?: FirstValues;
  /** Before rule 2, all that a dataset draws followed from the seed. */
  readonly rule?: JudgingRule;
}

/** Opens a spec with the data that it names. */
export async function openRun(
  spec: Spec,
  { signal = new AbortController().signal, change, ...options }: OpenOptions & Partial<LoadOptions>,
): Promise<OpenRun> {
  const { container, workshop, emit } = await open(spec, options);
  const plugin = await container.getAsync(plugins.dataset);
  const data = await loadData(plugin, spec, {
    signal,
    ...(change && { change }),
    ...(options.rule && { rule: options.rule }),
  });
  container.bind(parts.data).toConstantValue(data);
  container
    .bind(parts.shape)
    .toConstantValue({ columns: shapesOf(data.samples), classes: data.classes, facts: factsOf(data) });
  return { data, ...openSpec({ spec, container, workshop, emit, samples: data.samples }) };
}

/** Opens what embeds and compares by a spec samples that are not its own. */
export async function openNetwork(
  spec: Spec,
  shape: DataShape,
  registry: Registry,
  first: FirstValues,
): Promise<OpenSpec> {
  const opened = await open(spec, { registry, first });
  opened.container.bind(parts.shape).toConstantValue(shape);
  return openSpec({ spec, ...opened, samples: null });
}

async function open(
  spec: Spec,
  { registry, emit = () => undefined, first = 'drawn', rule = judgingRule }: OpenOptions,
) {
  const logger = { warn: (message: string) => emit({ type: 'warning', message }) };
  const workshop: Workshop = {
    registry,
    seed: spec.seed,
    fixedSeed: rule === 1 ? spec.seed : noSeed,
    tf: await loadTf(),
    logger,
  };
  return { container: runContainer(spec, workshop, first), workshop, emit };
}

interface Opened {
  readonly spec: Spec;
  readonly container: Container;
  readonly workshop: Workshop;
  readonly emit: Emit;
  readonly samples: Samples | null;
}

function openSpec({ spec, container, workshop, emit, samples }: Opened): OpenSpec {
  return {
    get: (token) => container.getAsync(token),
    engines: () => engineChoices(spec, workshop),
    async openSession(carried, prepare = () => Promise.resolve()) {
      let refusal: TwinspecError | null = null;
      for await (const { engine, reason } of engineChoices(spec, workshop)) {
        const session = await engine.open(samples);
        try {
          session.write(carried);
          const inner = sessionContainer(container, spec, emit, session);
          const opened: OpenSession = { session, engine: engine.report, reason, get: (token) => inner.getAsync(token) };
          await prepare(opened);
          return opened;
        } catch (error) {
          await session.dispose();
          const mayGoOn =
            spec.engine.use === autoEngine && error instanceof TwinspecError && error.code === 'ENGINE_UNSUPPORTED';
          if (!mayGoOn) throw error;
          refusal = error;
          emit({ type: 'warning', message: `Engine ${engine.report.engine} cannot run this spec: ${error.message}` });
        }
      }
      throw refusal ?? new TwinspecError('ENGINE_UNAVAILABLE', 'No engine can run here.');
    },
  };
}
