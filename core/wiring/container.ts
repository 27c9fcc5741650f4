import 'reflect-metadata';
import { Container } from 'inversify';
import type { Base, BaseDescriptor } from '../plugin/kinds/base.js';
import type { Distance } from '../plugin/kinds/distance.js';
import type { EngineSession } from '../plugin/kinds/engine.js';
import type { Loss } from '../plugin/kinds/loss.js';
import type { Optimizer } from '../plugin/kinds/optimizer.js';
import type { Reducer } from '../plugin/kinds/reducer.js';
import type { Registry } from '../plugin/registry.js';
import { token } from '../plugin/services.js';
import type { Shape, Tf } from '../plugin/tensors.js';
import { embedder } from '../evaluation/embedder.js';
import { Evaluator } from '../evaluation/evaluator.js';
import { attribute } from '../plugin/attribute.js';
import { baseModel } from '../graph/base-model.js';
import { bindBase, type BasePass, type FirstValues } from '../graph/bound-base.js';
import { initialValues } from '../graph/initial-values.js';
import { network, type Network } from '../graph/network.js';
import { under } from '../graph/places.js';
import { siameseGraph, type SiameseGraph } from '../graph/siamese-graph.js';
import { stream } from '../random/stream.js';
import { pluginUses } from '../spec/plugin-uses.js';
import type { Spec } from '../spec/shell/spec.js';
import type { Emit } from '../training/events.js';
import { Steps } from '../training/steps.js';
import { Trainer } from '../training/trainer.js';
import { createPlugin, type Workshop } from './create-plugin.js';

/** What the graph must know of the data. */
export interface DataShape {
  readonly sampleShape: Shape;
  /** 0 where there are no labels. */
  readonly classes: number;
}

/**
 * The composition root: one container a run, everything a singleton in it. `data-shape` is bound when the dataset has
 * been loaded; nothing that is resolved before needs it. The engine is chosen apart.
 */
export function createContainer(
  spec: Spec,
  registry: Registry,
  tf: Tf,
  emit: Emit,
  first: FirstValues = 'drawn',
): Container {
  const container = new Container({ defaultScope: 'Singleton' });
  container.bind(token('spec')).toConstantValue(spec);
  container.bind(token('tf')).toConstantValue(tf);
  container.bind(token('emit')).toConstantValue(emit);
  const logger = { warn: (message: string) => emit({ type: 'warning', message }) };
  const workshop: Workshop = { registry, seed: spec.seed, tf, logger };
  container.bind(token('workshop')).toConstantValue(workshop);
  for (const { kind, use } of pluginUses(spec))
    container.bind(token(`plugin:${kind}`)).toResolvedValue(() => createPlugin(workshop, kind, use));
  container
    .bind(token('network'))
    .toResolvedValue(
      (tf: Tf, shape: DataShape, base: Base, distance: Distance) =>
        buildNetwork(spec, registry, tf, shape, base, distance, first),
      tokens('tf', 'data-shape', 'plugin:base', 'plugin:distance'),
    );
  container
    .bind(token('graph'))
    .toResolvedValue(
      (tf: Tf, shape: DataShape, network: Network, loss: Loss<never>, reducer: Reducer, optimizer: Optimizer) =>
        buildGraph(spec, registry, tf, shape, network, { loss, reducer, optimizer }),
      tokens('tf', 'data-shape', 'network', 'plugin:loss', 'plugin:reducer', 'plugin:optimizer'),
    );
  return container;
}

/** The services of a run on one engine session, in a container of their own above the run's. */
export function createSessionContainer(run: Container, session: EngineSession): Container {
  const container = new Container({ defaultScope: 'Singleton', parent: run });
  container.bind(token('session')).toConstantValue(session);
  container
    .bind(token('embedder'))
    .toResolvedValue(
      (session: EngineSession, graph: SiameseGraph) => embedder(session, graph),
      [token('session'), token('graph')],
    );
  container.bind(Steps).toSelf();
  container.bind(Trainer).toSelf();
  container.bind(Evaluator).toSelf();
  return container;
}

function tokens(...names: readonly string[]): never {
  return names.map(token) as never;
}

function buildNetwork(
  spec: Spec,
  registry: Registry,
  tf: Tf,
  { sampleShape }: DataShape,
  base: Base,
  distance: Distance,
  first: FirstValues,
): Network {
  const fits = ({ takes }: BaseDescriptor) => takes === undefined || takes.length === sampleShape.length;
  const request = {
    name: spec.base.use,
    takes: registry.get('base', spec.base.use).takes,
    dataset: spec.dataset.use,
    sampleShape,
    others: registry
      .list('base')
      .filter(fits)
      .map(({ name }) => name),
  };
  const title = `base ${spec.base.use}`;
  const build = () => baseModel(base, request);
  const bound = attribute(title, () => bindBase(tf, build, stream(spec.seed, 'weights/base'), first));
  const guardedBase = { ...bound, apply: (pass: BasePass) => attribute(`${title}: call`, () => bound.apply(pass)) };
  return network(tf, { base: guardedBase, distance, normalize: spec.embedding.normalize });
}

interface GraphPlugins {
  readonly loss: Loss<never>;
  readonly reducer: Reducer;
  readonly optimizer: Optimizer;
}

function buildGraph(
  spec: Spec,
  registry: Registry,
  tf: Tf,
  { classes }: DataShape,
  network: Network,
  { loss, reducer, optimizer }: GraphPlugins,
): SiameseGraph {
  const { consumes, requires } = registry.get('loss', spec.loss.use);
  const lossShape = { classes, dimension: network.dimension };
  const ofLoss = (name: string) => stream(spec.seed, `weights/loss/${name}`);
  return siameseGraph(tf, {
    network,
    loss: { consumes, loss },
    similar: requires?.similarity !== undefined,
    reducer,
    optimizer,
    lossLearningRate: spec.training.lossLearningRate,
    loop: spec.training,
    threshold: spec.evaluation.threshold === 'fit' ? null : spec.evaluation.threshold,
    lossWeights: under('loss', initialValues(loss.weights?.(lossShape) ?? {}, ofLoss)),
    lossState: under('loss', initialValues(loss.state?.(lossShape) ?? {}, ofLoss)),
  });
}
