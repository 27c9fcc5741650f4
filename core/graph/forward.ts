import type { Unit } from '../plugin/kinds/dataset.js';
import type { Consumes, Loss, LossInputsOf, LossOutput, Term } from '../plugin/kinds/loss.js';
import type { Reducer } from '../plugin/kinds/reducer.js';
import type { Noise } from '../plugin/random.js';
import type { Tensor, Tensors, Tf } from '../plugin/tensors.js';
import { checkTermAccumulates } from './accumulation.js';
import { samplesAmong } from './examples.js';
import { relate, type Embedded, type OwnInputs, type RelationsOf } from './loss-inputs.js';
import type { GraphParts } from './parts.js';
import { under, within } from './places.js';

/** What a batch is computed from. */
export interface BatchTensors {
  readonly weights: Tensors;
  readonly state: Tensors;
  /** See batchInputs; and `progress`. */
  readonly inputs: Tensors;
  readonly noise: Noise;
  /** Zeros to be added to the embedding, so that its gradient becomes known; absent where nobody asks. */
  readonly probe?: Tensor;
}

/** What comes of a batch. */
export interface Forward {
  /** To be differentiated; a scalar. */
  readonly loss: Tensor;
  /** After the batch, by place. */
  readonly state: Tensors;
  /** Scalars: `term/<name>`, `accuracy` where there is one, and `usable` where the loss selects elements. */
  readonly figures: Tensors;
  /** Empty without a probe: `embedding` [samples, d], and `values/<term>` as the loss gave them. */
  readonly probed: Tensors;
}

/** The loss of a batch, from samples to a scalar. */
export function forward(tf: Tf, parts: GraphParts, unit: Unit, batch: BatchTensors): Forward {
  const { embedding, state, penalty } = embed(tf, parts, batch);
  const measure = parts.network.measure({ values: batch.weights, training: true, noise: batch.noise });
  const embedded = { unit, measure, similar: parts.similar, embedding, inputs: batch.inputs };
  const cost = costOf(tf, parts, embedded, batch);
  const reduced = reduce(tf, parts, cost);
  const addends = Object.entries(cost.terms).map(([name, { weight }]) =>
    weight === undefined ? reduced[name] : tf.mul(reduced[name], weight),
  );
  return {
    loss: tf.addN(penalty === null ? addends : [penalty, ...addends]),
    state: { ...state, ...under('loss', cost.state) },
    figures: {
      ...under('term', reduced),
      ...(cost.accuracy && { accuracy: cost.accuracy }),
      ...usable(tf, cost.terms),
    },
    probed: batch.probe === undefined ? {} : { embedding, ...under('values', valuesOf(cost.terms)) },
  };
}

function embed(tf: Tf, { network }: GraphParts, { weights, state, inputs, noise, probe }: BatchTensors) {
  const samples = samplesAmong(inputs, Object.keys(network.columns));
  const output = network.embed({ values: { ...weights, ...state }, samples, training: true, noise });
  return probe === undefined ? output : { ...output, embedding: tf.add(output.embedding, probe) };
}

type Terms = Readonly<Record<string, Term>>;

interface Cost {
  readonly terms: Terms;
  /** The next state of the loss, by name. */
  readonly state: Tensors;
  /** Share of pairs on their side of the threshold; null where there are no pairs. */
  readonly accuracy: Tensor | null;
  /** Number of examples that the loss got. */
  readonly examples: number;
  /** What each of them counts, [n]; null where all count the same. */
  readonly weight: Tensor | null;
}

function costOf(tf: Tf, { loss: bound, threshold }: GraphParts, embedded: Embedded, batch: BatchTensors): Cost {
  const own: OwnInputs = {
    weights: within('loss', batch.weights),
    state: within('loss', batch.state),
    progress: batch.inputs.progress,
    noise: (name, kind, shape) => batch.noise(`loss/${name}`, kind, shape),
  };
  switch (bound.consumes) {
    case 'pairs': {
      const pairs = { ...relate.pairs(tf, embedded), ...own };
      return { ...priced(bound.loss, pairs, pairs.distance), accuracy: accuracyOf(tf, pairs, threshold) };
    }
    case 'triplets': {
      const triplets = { ...relate.triplets(tf, embedded), ...own };
      return priced(bound.loss, triplets, triplets.positive);
    }
    case 'batch': {
      const batch = { ...relate.batch(tf, embedded), ...own };
      return priced(bound.loss, batch, batch.label);
    }
  }
}

function priced<C extends Consumes>(loss: Loss<C>, inputs: LossInputsOf[C], byExample: Tensor): Cost {
  const terms = termsOf(loss.values(inputs));
  const state = loss.nextState?.(inputs) ?? {};
  return { terms, state, accuracy: null, examples: byExample.shape[0], weight: inputs.weight };
}

function termsOf(output: LossOutput): Terms {
  return isTensor(output) ? { loss: { values: output } } : output;
}

function isTensor(output: LossOutput): output is Tensor {
  return 'dataId' in output;
}

function accuracyOf(
  tf: Tf,
  { distance, same }: Pick<RelationsOf['pairs'], 'distance' | 'same'>,
  threshold: number | null,
): Tensor | null {
  if (threshold === null) return null;
  const close = tf.less(distance, threshold);
  const alike = tf.greaterEqual(same, 0.5);
  return tf.mean(tf.cast(tf.equal(tf.cast(close, 'int32'), tf.cast(alike, 'int32')), 'float32'));
}

function reduce(tf: Tf, { reducer, loop }: GraphParts, { terms, examples, weight }: Cost): Tensors {
  const reduced = Object.entries(terms).map(([name, stated]) => {
    const term = weight === null || stated.values.shape[0] !== examples ? stated : weighted(tf, stated, weight);
    if (loop.accumulate > 1) checkTermAccumulates(term, examples);
    return [name, reducedTerm(tf, reducer, term)] as const;
  });
  return Object.fromEntries(reduced);
}

/** A term whose first axis is the examples, its mask times what each of them counts. */
function weighted(tf: Tf, term: Term, weight: Tensor): Term {
  const { values, mask } = term;
  const byExample = tf.reshape(weight, [-1, ...values.shape.slice(1).map(() => 1)]); // [n, 1, …]
  return { ...term, mask: tf.mul(mask ?? tf.ones(values.shape), byExample) };
}

function reducedTerm(tf: Tf, reducer: Reducer, { values, mask, divisor }: Term): Tensor {
  if (divisor === undefined) return reducer.reduce(values, mask ?? null);
  return tf.div(tf.sum(mask === undefined ? values : tf.mul(values, mask)), divisor);
}

/** 1 where the loss selected anything, and 0 where it did not; nothing where it always uses all. */
function usable(tf: Tf, terms: Terms): Tensors {
  const masks = Object.values(terms).map(({ mask }) => mask);
  if (masks.some((mask) => mask === undefined)) return {};
  const any = masks.map((mask) => tf.max(tf.cast(tf.greater(mask!, 0), 'float32')));
  return { usable: any.reduce((one, other) => tf.maximum(one, other)) };
}

function valuesOf(terms: Terms): Tensors {
  return Object.fromEntries(Object.entries(terms).map(([name, { values }]) => [name, values]));
}
