import type { Unit } from '../plugin/kinds/dataset.js';
import type { ProgramTensors } from '../plugin/kinds/engine.js';
import type { BatchInputs, LossOutput, PairInputs, Term, TripletInputs } from '../plugin/kinds/loss.js';
import type { Shape, Tensor, Tensors, Tf } from '../plugin/tensors.js';
import { TwinspecError } from '../errors.js';
import { refuseMask } from './accumulation.js';
import { attribute } from '../plugin/attribute.js';
import { embedSamples } from './embed-samples.js';
import { expectShape } from '../plugin/expect-shape.js';
import { valueAndGradients } from './gradients.js';
import { relate, type Relations } from './loss-inputs.js';
import type { GraphParts } from './parts.js';
import { under, within } from './places.js';

type AnyInputs = PairInputs & TripletInputs & BatchInputs;

/** What a batch is computed from. */
export interface BatchTensors {
  readonly weights: Tensors;
  /** Places of the weights to differentiate by. */
  readonly trained: readonly string[];
  readonly state: Tensors;
  /** See batchInputs; and `progress`. */
  readonly inputs: Tensors;
  readonly noise: ProgramTensors['noise'];
  /** Zeros to be added to the embedding, so that its gradient becomes known; absent where nobody asks. */
  readonly probe?: Tensor;
}

export interface BatchGradients {
  /** By place; zeros where the loss does not depend on a weight. */
  readonly gradients: Tensors;
  readonly state: Tensors;
  /** Scalars: `loss`, `term/<name>` where there are several, `accuracy` where there is one. */
  readonly figures: Tensors;
  /** Empty without a probe: `embedding`, `embeddingGradient` [samples, d], and `values/<term>` as the loss gave them. */
  readonly probed: Tensors;
}

/** Loss, gradients and next state of one batch. */
export function batchGradients(tf: Tf, parts: GraphParts, unit: Unit, batch: BatchTensors): BatchGradients {
  const { distance, loss, names } = parts;
  const { weights, trained, state, inputs, noise, probe } = batch;
  const sources = trained.map((place) => weights[place]);
  if (probe !== undefined) sources.push(probe);
  let termNames: readonly string[] = [];

  const { value, gradients, kept } = valueAndGradients<string>(tf, sources, (keep) => {
    const output = embedSamples(tf, parts, {
      values: { ...weights, ...state },
      samples: inputs.samples,
      training: true,
      noise,
    });
    for (const [place, tensor] of Object.entries(output.state)) keep(`state/${place}`, tensor);
    const embedding = probe === undefined ? output.embedding : tf.add(output.embedding, probe);
    if (probe !== undefined) keep('embedding', embedding);
    const relations = attribute(`distance ${names.distance}`, () =>
      relate(tf, unit, parts.consumes, distance, embedding, inputs),
    );
    const lossInputs = {
      ...relations,
      weights: within('loss', weights),
      state: within('loss', state),
      progress: inputs.progress,
    } as unknown as AnyInputs;
    const terms = attribute(`loss ${names.loss}`, () => checkedTerms(loss.values(lossInputs as never), relations));
    const next = attribute(`loss ${names.loss}`, () => nextLossState(parts, lossInputs));
    for (const [name, tensor] of Object.entries(next)) keep(`state/loss/${name}`, tensor);
    const accuracy = batchAccuracy(tf, relations, parts.threshold);
    if (accuracy !== null) keep('accuracy', accuracy);

    const addends: Tensor[] = output.penalty === null ? [] : [output.penalty];
    for (const [name, term] of Object.entries(terms)) {
      if (term.mask !== undefined && parts.loop.accumulate > 1) refuseMask(names);
      const reduced = attribute(`reducer ${names.reducer}`, () =>
        expectShape('what it gives', parts.reducer.reduce(term.values, term.mask ?? null), []),
      );
      keep(`term/${name}`, reduced);
      if (probe !== undefined) keep(`values/${name}`, term.values);
      addends.push(term.weight === undefined ? reduced : tf.mul(reduced, term.weight));
    }
    termNames = Object.keys(terms);
    return tf.addN(addends);
  });

  const figures: Record<string, Tensor> = { loss: value };
  if (termNames.length > 1) for (const name of termNames) figures[`term/${name}`] = kept[`term/${name}`];
  if (kept.accuracy !== undefined) figures.accuracy = kept.accuracy;
  return {
    gradients: Object.fromEntries(
      trained.map((place, index) => [place, gradients[index] ?? tf.zerosLike(weights[place])]),
    ),
    state: Object.fromEntries(Object.keys(state).map((place) => [place, kept[`state/${place}`]])),
    figures,
    probed:
      probe === undefined
        ? {}
        : {
            embedding: kept.embedding,
            embeddingGradient: gradients.at(-1) ?? tf.zerosLike(probe),
            ...under('values', within('values', kept)),
          },
  };
}

/** Share of pairs on their side of the threshold; null where the batch has no pairs. */
function batchAccuracy(tf: Tf, relations: Relations, threshold: number | null): Tensor | null {
  if (relations.consumes !== 'pairs' || threshold === null) return null;
  const close = tf.less(relations.distance, threshold);
  const alike = tf.greaterEqual(relations.same, 0.5);
  return tf.mean(tf.cast(tf.equal(tf.cast(close, 'int32'), tf.cast(alike, 'int32')), 'float32'));
}

/** The next state of the loss, by name, as it was declared. */
function nextLossState({ loss, lossState }: GraphParts, inputs: AnyInputs): Tensors {
  const declared = Object.entries(within('loss', lossState));
  if (declared.length === 0) return {};
  if (loss.nextState === undefined)
    throw new TwinspecError('PLUGIN_FAILED', `it declares state (${declared[0][0]}), and has no nextState.`);
  const next = loss.nextState(inputs as never) as Tensors | undefined;
  return Object.fromEntries(
    declared.map(([name, { shape }]) => [name, expectShape(`"${name}" of nextState`, next?.[name], shape)]),
  );
}

/** Shapes that the values of a loss may have. */
function valueShapes(relations: Relations): readonly Shape[] {
  switch (relations.consumes) {
    case 'pairs':
      return [relations.distance.shape];
    case 'triplets':
      return [relations.positive.shape];
    case 'batch':
      return [relations.label.shape, relations.distance.shape];
  }
}

function checkedTerms(output: LossOutput | undefined, relations: Relations): Readonly<Record<string, Term>> {
  const shapes = valueShapes(relations);
  if (output === undefined || 'dataId' in output)
    return { loss: { values: expectShape('what "values" gives', output as Tensor | undefined, ...shapes) } };
  const terms = output;
  for (const [name, { values, mask }] of Object.entries(terms)) {
    expectShape(`term "${name}"`, values, ...shapes);
    if (mask === undefined || String(mask.shape) === String(values.shape)) continue;
    throw new TwinspecError(
      'PLUGIN_FAILED',
      `term "${name}" has values of shape [${String(values.shape)}] and a mask of shape [${String(mask.shape)}].`,
      { hint: 'Give the mask the shape of the values.' },
    );
  }
  return terms;
}
