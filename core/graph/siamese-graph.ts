import type { Unit } from '../plugin/dataset.js';
import type { Distance } from '../plugin/distance.js';
import type { Program, ProgramInput, ProgramResult, ProgramTensors } from '../plugin/engine.js';
import type { BatchInputs, Consumes, Loss, LossOutput, PairInputs, Term, TripletInputs } from '../plugin/loss.js';
import type { Optimizer } from '../plugin/optimizer.js';
import type { Reducer } from '../plugin/reducer.js';
import type { HostTensor, HostTensors, Shape, Tensor, Tensors, Tf } from '../plugin/tensors.js';
import { TwinspecError } from '../errors.js';
import { attribute } from './attribute.js';
import type { BaseOutput, BoundBase } from './bound-base.js';
import { batchInputs } from './examples.js';
import { valueAndGradients } from './gradients.js';
import { relate, type Relations } from './loss-inputs.js';
import { under, within } from './places.js';

type AnyInputs = PairInputs & TripletInputs & BatchInputs;

/** What a siamese graph is made of. Names are for messages. */
export interface GraphParts {
  readonly base: BoundBase;
  readonly distance: Distance;
  readonly loss: Loss<never>;
  readonly consumes: Consumes;
  readonly reducer: Reducer;
  readonly optimizer: Optimizer;
  readonly names: Readonly<Record<'base' | 'distance' | 'loss' | 'reducer' | 'optimizer', string>>;
  /** Scales embeddings to length 1. */
  readonly normalize: boolean;
  /** Factor of the learning rate for the loss's own weights. */
  readonly lossLearningRate: number;
  /** For the accuracy of a training batch; null where there is no fixed one. */
  readonly threshold: number | null;
  /** First values of the loss's own weights and state, `loss/<name>`. */
  readonly lossWeights: HostTensors;
  readonly lossState: HostTensors;
}

/**
 * The siamese graph as pure programs. What it carries from step to step is keyed `weights/…`, `state/…` and
 * `slots/<slot>/…`.
 */
export interface SiameseGraph {
  /** First values of everything that a training run carries. */
  readonly initial: HostTensors;
  readonly dimension: number;
  /** Trainable numbers. */
  readonly parameters: number;
  /** One training step over a batch of `count` examples. Outputs: `loss`, `term/<name>`, and `accuracy` where there is one. */
  step(unit: Unit, count: number): Program;
  /** Embeds `count` samples, given as rows or as values of this shape: output `embedding` [count, d]. */
  embed(count: number, samples: 'rows' | Shape): Program;
  /** Distances of `count` pairs of embeddings `left` and `right`, [count, d]: output `distance` [count]. */
  distance(count: number): Program;
}

/** Puts a base network, a distance, a loss, a reducer and an optimizer together. Pure; nothing runs yet. */
export function siameseGraph(tf: Tf, parts: GraphParts): SiameseGraph {
  const { base, distance, loss, optimizer, names } = parts;
  const weights = under('weights', { ...base.weights, ...parts.lossWeights });
  const state = under('state', { ...base.state, ...parts.lossState });
  const slots: Record<string, HostTensor> = {};
  for (const [place, weight] of Object.entries({ ...base.weights, ...parts.lossWeights })) {
    for (const [slot, fill] of Object.entries(optimizer.slots)) {
      slots[`slots/${slot}/${place}`] = { shape: weight.shape, data: new Float32Array(weight.data.length).fill(fill) };
    }
  }
  const initial: HostTensors = { ...weights, ...state, ...slots };
  const inference = shapesOf({ ...under('weights', base.weights), ...under('state', base.state) });

  function embedding(values: Tensors, samples: Tensor, training: boolean, noise: ProgramTensors['noise']): BaseOutput {
    const output = attribute(`base ${names.base}`, () => base.apply({ values, samples, training, noise }));
    return parts.normalize ? { ...output, embedding: normalized(tf, output.embedding) } : output;
  }

  function trainingStep(unit: Unit, { carried, inputs, noise }: ProgramTensors): ProgramResult {
    const current = { weights: within('weights', carried), state: within('state', carried) };
    const weightPlaces = Object.keys(current.weights);
    let termNames: readonly string[] = [];

    const { value, gradients, kept } = valueAndGradients<string>(tf, Object.values(current.weights), (keep) => {
      const output = embedding({ ...current.weights, ...current.state }, inputs.samples, true, noise);
      for (const [place, tensor] of Object.entries(output.state)) keep(`state/${place}`, tensor);
      const relations = attribute(`distance ${names.distance}`, () =>
        relate(tf, unit, parts.consumes, distance, output.embedding, inputs),
      );
      const lossInputs = {
        ...relations,
        weights: within('loss', current.weights),
        state: within('loss', current.state),
        progress: inputs.progress,
      } as unknown as AnyInputs;
      const terms = attribute(`loss ${names.loss}`, () => checkedTerms(loss.values(lossInputs as never)));
      if (loss.nextState !== undefined) {
        const next = attribute(`loss ${names.loss}`, () => loss.nextState!(lossInputs as never));
        for (const [name, tensor] of Object.entries(next)) keep(`state/loss/${name}`, tensor);
      }
      const accuracy = batchAccuracy(tf, relations, parts.threshold);
      if (accuracy !== null) keep('accuracy', accuracy);

      const addends: Tensor[] = output.penalty === null ? [] : [output.penalty];
      for (const [name, term] of Object.entries(terms)) {
        const reduced = attribute(`reducer ${names.reducer}`, () =>
          parts.reducer.reduce(term.values, term.mask ?? null),
        );
        keep(`term/${name}`, reduced);
        addends.push(term.weight === undefined ? reduced : tf.mul(reduced, term.weight));
      }
      termNames = Object.keys(terms);
      return tf.addN(addends);
    });

    const lossLearningRate =
      parts.lossLearningRate === 1 ? inputs.learningRate : tf.mul(inputs.learningRate, parts.lossLearningRate);
    const next: Record<string, Tensor> = {};
    for (const place of Object.keys(current.state)) next[`state/${place}`] = kept[`state/${place}`];
    for (const [index, place] of weightPlaces.entries()) {
      const weight = current.weights[place];
      const update = attribute(`optimizer ${names.optimizer}`, () =>
        optimizer.update({
          weight,
          gradient: gradients[index] ?? tf.zerosLike(weight),
          slots: Object.fromEntries(
            Object.keys(optimizer.slots).map((slot) => [slot, carried[`slots/${slot}/${place}`]]),
          ),
          learningRate: place.startsWith('loss/') ? lossLearningRate : inputs.learningRate,
          step: inputs.step,
        }),
      );
      next[`weights/${place}`] = base.constrain(place, update.weight);
      for (const slot of Object.keys(optimizer.slots)) next[`slots/${slot}/${place}`] = update.slots[slot];
    }
    const outputs: Record<string, Tensor> = { loss: value };
    if (termNames.length > 1) for (const name of termNames) outputs[`term/${name}`] = kept[`term/${name}`];
    if (kept.accuracy !== undefined) outputs.accuracy = kept.accuracy;
    return { carried: next, outputs };
  }

  return {
    initial,
    dimension: base.dimension,
    parameters: Object.values(weights).reduce((sum, { data }) => sum + data.length, 0),

    step: (unit, count) => ({
      name: `training step of ${count} ${unit}`,
      carried: shapesOf(initial),
      inputs: { ...batchInputs(unit, count), learningRate: scalar, step: scalar, progress: scalar },
      body: (tensors) => trainingStep(unit, tensors),
    }),

    embed: (count, samples) => ({
      name: `embedding of ${count} samples`,
      carried: inference,
      inputs: {
        samples:
          samples === 'rows'
            ? { kind: 'rows', count }
            : { kind: 'values', dtype: 'float32', shape: [count, ...samples] },
      },
      body({ carried, inputs, noise }) {
        const values = { ...within('weights', carried), ...within('state', carried) };
        return { carried: {}, outputs: { embedding: embedding(values, inputs.samples, false, noise).embedding } };
      },
    }),

    distance: (count) => {
      const side: ProgramInput = { kind: 'values', dtype: 'float32', shape: [count, base.dimension] };
      return {
        name: `distance of ${count} pairs`,
        carried: {},
        inputs: { left: side, right: side },
        body: ({ inputs: { left, right } }) => ({
          carried: {},
          outputs: { distance: attribute(`distance ${names.distance}`, () => distance.between(left, right)) },
        }),
      };
    },
  };
}

const scalar: ProgramInput = { kind: 'values', dtype: 'float32', shape: [] };

/** x / max(‖x‖, 1e-6), rows of [n, d]; a zero row stays zero and its gradient is finite. */
function normalized(tf: Tf, embedding: Tensor): Tensor {
  const squares = tf.sum(tf.square(embedding), -1, true); // [n, 1]
  return tf.mul(embedding, tf.rsqrt(tf.maximum(squares, 1e-12)));
}

/** Share of pairs on their side of the threshold; null where the batch has no pairs. */
function batchAccuracy(tf: Tf, relations: Relations, threshold: number | null): Tensor | null {
  if (relations.consumes !== 'pairs' || threshold === null) return null;
  const close = tf.less(relations.distance, threshold);
  const alike = tf.greaterEqual(relations.same, 0.5);
  return tf.mean(tf.cast(tf.equal(tf.cast(close, 'int32'), tf.cast(alike, 'int32')), 'float32'));
}

function checkedTerms(output: LossOutput): Readonly<Record<string, Term>> {
  if ('dataId' in output) return { loss: { values: output as Tensor } };
  const terms = output as Readonly<Record<string, Term>>;
  for (const [name, { values, mask }] of Object.entries(terms)) {
    if (mask === undefined || String(mask.shape) === String(values.shape)) continue;
    throw new TwinspecError(
      'PLUGIN_FAILED',
      `term "${name}" has values of shape [${String(values.shape)}] and a mask of shape [${String(mask.shape)}].`,
      { hint: 'Give the mask the shape of the values.' },
    );
  }
  return terms;
}

function shapesOf(tensors: HostTensors): Record<string, Shape> {
  return Object.fromEntries(Object.entries(tensors).map(([place, { shape }]) => [place, shape]));
}
