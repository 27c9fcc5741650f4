import { baseModel } from '../graph/base-model.js';
import { bindBase, type BasePass, type FirstValues } from '../graph/bound-base.js';
import type { Fact } from '../graph/examples.js';
import { initialValues } from '../graph/initial-values.js';
import { network, type Network } from '../graph/network.js';
import { under } from '../graph/places.js';
import { siameseGraph, type SiameseGraph } from '../graph/siamese-graph.js';
import { attribute } from '../plugin/attribute.js';
import type { Base, BaseDescriptor } from '../plugin/kinds/base.js';
import type { Distance } from '../plugin/kinds/distance.js';
import type { Loss } from '../plugin/kinds/loss.js';
import type { Optimizer } from '../plugin/kinds/optimizer.js';
import type { Reducer } from '../plugin/kinds/reducer.js';
import type { Shape } from '../plugin/tensors.js';
import { stream } from '../random/stream.js';
import { consumedBy } from '../spec/consumed-by.js';
import { everyUse } from '../spec/plugin-uses.js';
import type { Spec } from '../spec/shell/spec.js';
import type { Workshop } from './create-plugin.js';

/** What the graph must know of the data. */
export interface DataShape {
  /** Of one sample of each column. */
  readonly columns: Readonly<Record<string, Shape>>;
  /** 0 where there are no labels. */
  readonly classes: number;
  /** What batches tell of their samples. */
  readonly facts: readonly Fact[];
}

/** Builds the network of a spec. */
export function networkOf(spec: Spec, { registry, tf }: Workshop, first: FirstValues) {
  return ({ columns }: DataShape, base: Base, distance: Distance): Network => {
    const shapes = Object.values(columns);
    const fits = ({ takes }: BaseDescriptor) =>
      takes === undefined || (shapes.length === 1 && takes.length === shapes[0].length);
    const request = {
      name: spec.base.use,
      takes: registry.get('base', spec.base.use).takes,
      dataset: spec.dataset.use,
      columns,
      others: registry
        .list('base')
        .filter(fits)
        .map(({ name }) => name),
    };
    const title = `base ${spec.base.use}`;
    const build = () => baseModel(base, request);
    const bound = attribute(title, () => bindBase(tf, columns, build, stream(spec.seed, 'weights/base'), first));
    const guardedBase = { ...bound, apply: (pass: BasePass) => attribute(`${title}: call`, () => bound.apply(pass)) };
    const declared = distance.weights?.({ dimension: bound.dimension }) ?? {};
    const distanceWeights = initialValues(declared, (name) => stream(spec.seed, `weights/distance/${name}`), first);
    return network(tf, { base: guardedBase, distance, distanceWeights, normalize: spec.embedding.normalize });
  };
}

/** Puts the training graph of a spec together over its network. */
export function graphOf(spec: Spec, { registry, tf }: Workshop) {
  const ofLoss = (name: string) => stream(spec.seed, `weights/loss/${name}`);
  return (
    { classes, facts }: DataShape,
    network: Network,
    loss: Loss<never>,
    reducer: Reducer,
    optimizer: Optimizer,
  ): SiameseGraph => {
    const [consumes] = consumedBy(spec.loss, registry);
    const similar = everyUse(spec, registry).some(
      ({ kind, use }) => kind === 'loss' && registry.get('loss', use.use).requires?.similarity !== undefined,
    );
    const lossShape = { classes, dimension: network.dimension };
    return siameseGraph(tf, {
      network,
      loss: { consumes, loss },
      similar,
      facts,
      reducer,
      optimizer,
      lossLearningRate: spec.training.lossLearningRate,
      loop: spec.training,
      threshold: spec.evaluation.threshold === 'fit' ? null : spec.evaluation.threshold,
      lossWeights: under('loss', initialValues(loss.weights?.(lossShape) ?? {}, ofLoss)),
      lossState: under('loss', initialValues(loss.state?.(lossShape) ?? {}, ofLoss)),
    });
  };
}
