import type { Unit } from '../plugin/kinds/dataset.js';
import type { Program, ProgramInput } from '../plugin/kinds/engine.js';
import type { HostTensor, HostTensors, Shape, Tf } from '../plugin/tensors.js';
import { checkAccumulation } from './accumulation.js';
import { attribute } from '../plugin/attribute.js';
import { embedSamples } from './embed-samples.js';
import { stepInputs } from './examples.js';
import { checkFrozen, isFrozen } from './freeze.js';
import { pairDistances } from './loss-inputs.js';
import type { GraphParts } from './parts.js';
import { under, within } from './places.js';
import { diagnosis, trainingStep } from './training-step.js';

export type { GraphParts } from './parts.js';

/**
 * The siamese graph as pure programs. What it carries from step to step is keyed `weights/…`, `state/…`,
 * `slots/<slot>/…` and, where weights are averaged, `ema/…`.
 */
export interface SiameseGraph {
  /** First values of everything that a training run carries. */
  readonly initial: HostTensors;
  /** The weights that the network is judged by and saved with: themselves, or their running mean. */
  readonly judged: 'weights' | 'ema';
  readonly dimension: number;
  /** Numbers in the weights. */
  readonly parameters: number;
  /**
   * One training step over batches of these counts of examples, fed as `stepFeed` says. Outputs: `loss`, `term/<name>`
   * where there are several, `accuracy` where there is one, and the guard `finite`.
   */
  step(unit: Unit, ...counts: number[]): Program;
  /** Takes what the step takes, and gives what in it may not be finite; see `diagnosis` of training-step. */
  diagnosis(unit: Unit, ...counts: number[]): Program;
  /** Embeds `count` samples, given as rows or as values: output `embedding` [count, d]. `fixed` is that of Program. */
  embed(count: number, samples: 'rows' | SampleValues, fixed?: boolean): Program;
  /** Distances of `count` pairs of embeddings `left` and `right`, [count, d]: output `distance` [count]. */
  distance(count: number): Program;
}

/** Samples as numbers that the network sees times `scale`. */
export interface SampleValues {
  /** Of one sample. */
  readonly shape: Shape;
  readonly dtype: 'float32' | 'uint8';
  readonly scale: number;
}

/** Puts a base network, a distance, a loss, a reducer and an optimizer together. Pure; nothing runs yet. */
export function siameseGraph(tf: Tf, parts: GraphParts): SiameseGraph {
  const { base, distance, optimizer, loop, names } = parts;
  const weights = { ...base.weights, ...parts.lossWeights };
  checkFrozen(Object.keys(weights), loop.freeze);
  const slots: Record<string, HostTensor> = {};
  for (const [place, { shape, data }] of Object.entries(weights)) {
    if (isFrozen(place, loop.freeze)) continue;
    for (const [slot, fill] of Object.entries(optimizer.slots)) {
      slots[`slots/${slot}/${place}`] = { shape, data: new Float32Array(data.length).fill(fill) };
    }
  }
  const judged = loop.ema.decay === null ? 'weights' : 'ema';
  const initial: HostTensors = {
    ...under('weights', weights),
    ...under('state', { ...base.state, ...parts.lossState }),
    ...slots,
    ...under(judged, weights),
  };
  const inference = shapesOf({ ...under(judged, base.weights), ...under('state', base.state) });

  return {
    initial,
    judged,
    dimension: base.dimension,
    parameters: Object.values(weights).reduce((sum, { data }) => sum + data.length, 0),

    step(unit, ...counts) {
      if (loop.accumulate > 1) checkAccumulation(unit, parts);
      return {
        name: `training step of ${counts.join(' + ')} ${unit}`,
        carried: shapesOf(initial),
        inputs: { ...stepInputs(unit, counts), ...stepScalars },
        guard: 'finite',
        body: (tensors) => trainingStep(tf, parts, unit, counts, tensors),
      };
    },

    diagnosis: (unit, ...counts) => ({
      name: `diagnosis of a step of ${counts.join(' + ')} ${unit}`,
      carried: shapesOf(initial),
      inputs: { ...stepInputs(unit, counts), ...stepScalars },
      body: (tensors) => diagnosis(tf, parts, unit, counts, tensors),
    }),

    embed: (count, samples, fixed = false) => ({
      name: `embedding of ${count} samples`,
      carried: inference,
      fixed,
      inputs: {
        samples:
          samples === 'rows'
            ? { kind: 'rows', count }
            : { kind: 'values', dtype: samples.dtype, shape: [count, ...samples.shape] },
      },
      body({ carried, inputs, noise }) {
        const values = { ...within(judged, carried), ...within('state', carried) };
        const seen = samples === 'rows' ? inputs.samples : tf.mul(inputs.samples, Math.fround(samples.scale));
        const output = embedSamples(tf, parts, { values, samples: seen, training: false, noise });
        return { carried: {}, outputs: { embedding: output.embedding } };
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
          outputs: { distance: attribute(`distance ${names.distance}`, () => pairDistances(distance, left, right)) },
        }),
      };
    },
  };
}

const scalar: ProgramInput = { kind: 'values', dtype: 'float32', shape: [] };
const stepScalars = { learningRate: scalar, step: scalar, progress: scalar };

function shapesOf(tensors: HostTensors): Record<string, Shape> {
  return Object.fromEntries(Object.entries(tensors).map(([place, { shape }]) => [place, shape]));
}
