import 'reflect-metadata';
import { Container } from 'inversify';
import type { Base, BaseDescriptor } from '../plugin/kinds/base.js';
import type { Descriptor } from '../plugin/descriptor.js';
import type { Distance } from '../plugin/kinds/distance.js';
import type { EngineSession } from '../plugin/kinds/engine.js';
import type { Kind } from '../plugin/kinds/index.js';
import type { Loss } from '../plugin/kinds/loss.js';
import type { Optimizer } from '../plugin/kinds/optimizer.js';
import type { Reducer } from '../plugin/kinds/reducer.js';
import type { Registry } from '../plugin/registry.js';
import { token } from '../plugin/services.js';
import type { Shape, Tf } from '../plugin/tensors.js';
import { embedder } from '../evaluation/embedder.js';
import { Evaluator } from '../evaluation/evaluator.js';
import { attribute } from '../plugin/attribute.js';
import { guarded } from '../plugin/guarded.js';
import { baseModel } from '../graph/base-model.js';
import { bindBase, type BasePass, type FirstValues } from '../graph/bound-base.js';
import { initialValues } from '../graph/initial-values.js';
import { network, type Network } from '../graph/network.js';
import { under } from '../graph/places.js';
import { siameseGraph, type SiameseGraph } from '../graph/siamese-graph.js';
import { randomService, stream } from '../random/stream.js';
import type { InstanceOf, PluginUse } from '../plugin/options.js';
import { pluginUses } from '../spec/plugin-uses.js';
import type { Spec } from '../spec/shell/spec.js';
import type { Emit } from '../training/events.js';
import { Steps } from '../training/steps.js';
import { Trainer } from '../training/trainer.js';

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
  container.bind(token('logger')).toConstantValue({ warn: (message: string) => emit({ type: 'warning', message }) });
  for (const { kind, use } of pluginUses(spec))
    if (kind !== 'engine') bindPlugin(container, registry.get(kind, use.use), use, spec);
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

/** Binds the instance that a descriptor creates, with the services it asks for, under `plugin:<place>`. */
export function bindPlugin(
  container: Container,
  descriptor: Descriptor,
  use: PluginUse,
  spec: Spec,
  place: string = descriptor.kind,
): void {
  const { kind, name } = descriptor;
  const random = token(`random:${place}`);
  container.bind(random).toConstantValue(randomService(spec.seed, `${kind}/${name}`));
  const services = descriptor.inject.map((service) => (service === 'random' ? random : token(service)));
  container.bind(token(`plugin:${place}`)).toResolvedValue((...instances: unknown[]) => {
    const created = attribute(`${kind} ${name}`, () => descriptor.create(use.with, ...instances));
    const guard = (instance: unknown) => guarded(descriptor as never, instance as InstanceOf[Kind]);
    return created instanceof Promise ? created.then(guard) : guard(created);
  }, services);
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
  const lossShape = { classes, dimension: network.dimension };
  const ofLoss = (name: string) => stream(spec.seed, `weights/loss/${name}`);
  return siameseGraph(tf, {
    network,
    loss: { consumes: registry.get('loss', spec.loss.use).consumes, loss },
    reducer,
    optimizer,
    lossLearningRate: spec.training.lossLearningRate,
    loop: spec.training,
    threshold: spec.evaluation.threshold === 'fit' ? null : spec.evaluation.threshold,
    lossWeights: under('loss', initialValues(loss.weights?.(lossShape) ?? {}, ofLoss)),
    lossState: under('loss', initialValues(loss.state?.(lossShape) ?? {}, ofLoss)),
  });
}
