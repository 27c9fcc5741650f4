import type { Unit } from '../plugin/kinds/dataset.js';
import type { Tensors, Tf } from '../plugin/tensors.js';
import { forward, type BatchTensors } from './forward.js';
import { valueAndGradients } from './gradients.js';
import type { GraphParts } from './parts.js';
import { under, within } from './places.js';

export interface BatchGradients {
  /** By place; zeros where the loss does not depend on a weight. */
  readonly gradients: Tensors;
  readonly state: Tensors;
  /** Scalars: `loss`, `term/<name>` where there are several, `accuracy` where there is one. */
  readonly figures: Tensors;
  /** Empty without a probe: `embedding`, `embeddingGradient` [samples, d], and `values/<term>` as the loss gave them. */
  readonly probed: Tensors;
}

/** Loss, gradients by the weights of these places, and next state of one batch. */
export function batchGradients(
  tf: Tf,
  parts: GraphParts,
  unit: Unit,
  trained: readonly string[],
  batch: BatchTensors,
): BatchGradients {
  const { weights, probe } = batch;
  const sources = trained.map((place) => weights[place]);
  if (probe !== undefined) sources.push(probe);

  const { value, gradients, kept } = valueAndGradients(tf, sources, () => {
    const { loss, state, figures, probed } = forward(tf, parts, unit, batch);
    return { value: loss, kept: { ...under('state', state), ...under('figure', figures), ...under('probed', probed) } };
  });

  const byPlace = trained.map((place, index) => [place, gradients[index] ?? tf.zerosLike(weights[place])] as const);
  return {
    gradients: Object.fromEntries(byPlace),
    state: within('state', kept),
    figures: { loss: value, ...toldFigures(within('figure', kept)) },
    probed:
      probe === undefined
        ? {}
        : { ...within('probed', kept), embeddingGradient: gradients.at(-1) ?? tf.zerosLike(probe) },
  };
}

/** A single term is the loss itself. */
function toldFigures(figures: Tensors): Tensors {
  const isTerm = (name: string) => name.startsWith('term/');
  const several = Object.keys(figures).filter(isTerm).length > 1;
  return Object.fromEntries(Object.entries(figures).filter(([name]) => several || !isTerm(name)));
}
