import type { Program, ProgramInput } from '../plugin/kinds/engine.js';
import type { HostTensor, HostTensors, Tf } from '../plugin/tensors.js';
import { checkAccumulation } from './accumulation.js';
import { shapesOf } from './carried.js';
import { stepInputs, type BatchForm } from './examples.js';
import { checkFrozen, isFrozen } from './freeze.js';
import { inference, type Inference } from './inference.js';
import type { GraphParts } from './parts.js';
import { families } from './places.js';
import { diagnosis, trainingStep } from './training-step.js';

/** The siamese graph as pure programs. What it carries from step to step is keyed by family and place. */
export interface SiameseGraph extends Inference {
  /** First values of everything that a training run carries. */
  readonly initial: HostTensors;
  /** The weights that the network is judged by and saved with: themselves, or their running mean. */
  readonly judged: 'weights' | 'ema';
  /** Numbers in the weights. */
  readonly parameters: number;
  /**
   * One training step over batches of these counts of examples, fed as `stepFeed` says. Outputs: `loss`, `term/<name>`
   * where there are several, `accuracy` where there is one, and the guard `finite`.
   */
  step(form: BatchForm, ...counts: number[]): Program;
  /** Takes what the step takes, and gives what in it may not be finite; see `diagnosis` of training-step. */
  diagnosis(form: BatchForm, ...counts: number[]): Program;
}

/** Puts a network, a loss, a reducer and an optimizer together. Pure; nothing runs yet. */
export function siameseGraph(tf: Tf, parts: GraphParts): SiameseGraph {
  const { network, loop } = parts;
  const columns = Object.keys(network.columns);
  const weights = { ...network.weights, ...parts.lossWeights };
  checkFrozen(Object.keys(weights), loop.freeze);
  const judged = loop.ema.decay === null ? 'weights' : 'ema';
  const initial: HostTensors = {
    ...families.weights.under(weights),
    ...families.state.under({ ...network.state, ...parts.lossState }),
    ...firstSlots(parts, weights),
    ...families[judged].under(weights),
  };

  return {
    ...inference(tf, network, families[judged]),
    initial,
    judged,
    parameters: Object.values(weights).reduce((sum, { data }) => sum + data.length, 0),

    step(form, ...counts) {
      if (loop.accumulate > 1) checkAccumulation(form, parts);
      return {
        name: `training step of ${counts.join(' + ')} ${form.unit}`,
        carried: shapesOf(initial),
        inputs: { ...stepInputs(columns, parts.facts, form, counts), ...stepScalars },
        guard: 'finite',
        body: (tensors) => trainingStep(tf, parts, form.unit, counts, tensors),
      };
    },

    diagnosis: (form, ...counts) => ({
      name: `diagnosis of a step of ${counts.join(' + ')} ${form.unit}`,
      carried: shapesOf(initial),
      inputs: { ...stepInputs(columns, parts.facts, form, counts), ...stepScalars },
      body: (tensors) => diagnosis(tf, parts, form.unit, counts, tensors),
    }),
  };
}

/** What the optimizer remembers of each weight that moves. */
function firstSlots({ optimizer, loop }: GraphParts, weights: HostTensors): HostTensors {
  const slots: Record<string, HostTensor> = {};
  for (const [place, { shape, data }] of Object.entries(weights)) {
    if (isFrozen(place, loop.freeze)) continue;
    for (const [slot, fill] of Object.entries(optimizer.slots)) {
      const values = new Float32Array(data.length);
      slots[families.slots.key(`${slot}/${place}`)] = { shape, data: fill === 0 ? values : values.fill(fill) };
    }
  }
  return slots;
}

const scalar: ProgramInput = { kind: 'values', dtype: 'float32', shape: [] };
const stepScalars = { learningRate: scalar, step: scalar, progress: scalar };
