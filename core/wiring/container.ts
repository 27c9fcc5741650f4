import 'reflect-metadata';
import { Container } from 'inversify';
import { embedder } from '../evaluation/embedder.js';
import { Evaluator } from '../evaluation/evaluator.js';
import type { FirstValues } from '../graph/bound-base.js';
import { inference } from '../graph/inference.js';
import type { EngineSession } from '../plugin/kinds/engine.js';
import { pluginUses } from '../spec/plugin-uses.js';
import type { Spec } from '../spec/shell/spec.js';
import type { Emit } from '../training/events.js';
import { Steps } from '../training/steps.js';
import { Trainer } from '../training/trainer.js';
import { graphOf, networkOf } from './build.js';
import { createPlugin, type Workshop } from './create-plugin.js';
import { parts, plugins, sessionParts } from './tokens.js';

/**
 * The parts of a run, each made when it is first asked for, with those that it is made of. What is known of the data is
 * bound apart.
 */
export function runContainer(spec: Spec, workshop: Workshop, first: FirstValues): Container {
  const container = new Container({ defaultScope: 'Singleton' });
  for (const { kind, use } of pluginUses(spec))
    if (kind !== 'engine')
      container.bind<unknown>(plugins[kind]).toResolvedValue(() => createPlugin(workshop, kind, use));
  container
    .bind(parts.network)
    .toResolvedValue(networkOf(spec, workshop, first), [parts.shape, plugins.base, plugins.distance]);
  container
    .bind(parts.graph)
    .toResolvedValue(graphOf(spec, workshop), [
      parts.shape,
      parts.network,
      plugins.loss,
      plugins.reducer,
      plugins.optimizer,
    ]);
  // What embeds while a graph is trained reads what that carries; without one, the network is all there is.
  if (first === 'drawn') container.bind(parts.inference).toResolvedValue((graph) => graph, [parts.graph]);
  else container.bind(parts.inference).toResolvedValue((network) => inference(workshop.tf, network), [parts.network]);
  return container;
}

/** The parts of a run on one engine session, in a container of their own above the run's. */
export function sessionContainer(run: Container, spec: Spec, emit: Emit, session: EngineSession): Container {
  const container = new Container({ defaultScope: 'Singleton', parent: run });
  container.bind(sessionParts.session).toConstantValue(session);
  container.bind(sessionParts.embedder).toResolvedValue((inference) => embedder(session, inference), [parts.inference]);
  container
    .bind(sessionParts.evaluator)
    .toResolvedValue((embedder) => new Evaluator(embedder), [sessionParts.embedder]);
  container
    .bind(sessionParts.steps)
    .toResolvedValue(
      (data, graph, sampler, schedule) => new Steps(spec, data, graph, session, sampler, schedule, emit),
      [parts.data, parts.graph, plugins.sampler, plugins.schedule],
    );
  container
    .bind(sessionParts.trainer)
    .toResolvedValue(
      (data, graph, steps) => new Trainer(spec, data, graph, session, emit, steps),
      [parts.data, parts.graph, sessionParts.steps],
    );
  return container;
}
