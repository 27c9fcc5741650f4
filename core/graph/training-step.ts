import type { Unit } from '../plugin/kinds/dataset.js';
import type { ProgramResult, ProgramTensors } from '../plugin/kinds/engine.js';
import type { Tensor, Tensors, Tf } from '../plugin/tensors.js';
import { batchGradients, type BatchGradients } from './batch-gradients.js';
import { clipGradients } from './clip.js';
import { samplesPerExample } from '../plugin/examples.js';
import { ofBatch } from './examples.js';
import { allFinite } from './finite.js';
import type { BatchTensors } from './forward.js';
import { isFrozen } from './freeze.js';
import type { GraphParts } from './parts.js';
import { families, under } from './places.js';

/**
 * One training step over batches of these counts: their gradients are averaged by count, clipped and handed to the
 * optimizer. Outputs: the figures of batchGradients, and `finite`, 1 where everything in the step is finite.
 */
export function trainingStep(
  tf: Tf,
  parts: GraphParts,
  unit: Unit,
  counts: readonly number[],
  tensors: ProgramTensors,
): ProgramResult {
  const { gradients, figures, next } = computeStep(tf, parts, unit, counts, tensors);
  // Where nothing cuts a gradient that is not finite, it makes a slot or the weight so.
  const hidden = parts.loop.clip.value === null ? {} : gradients;
  const finite = allFinite(
    tf,
    [figures, next, hidden].flatMap((tensors) => Object.values(tensors)),
  );
  return { carried: { ...next, ...averaged(tf, parts, tensors.carried, next) }, outputs: { ...figures, finite } };
}

/**
 * What a training step computes from the same tensors, for finding out what in it is not finite. Outputs: the figures;
 * `gradient/<place>` and `next/<place>`, the sum of each; and for batch i what batchGradients probes, as `<i>/…`.
 */
export function diagnosis(
  tf: Tf,
  parts: GraphParts,
  unit: Unit,
  counts: readonly number[],
  tensors: ProgramTensors,
): ProgramResult {
  const probes = counts.map((count) => tf.zeros([count * samplesPerExample(unit), parts.network.dimension]));
  const { gradients, figures, next, probed } = computeStep(tf, parts, unit, counts, tensors, probes);
  const sums = (prefix: string, all: Tensors) =>
    Object.fromEntries(Object.entries(all).map(([place, tensor]) => [`${prefix}/${place}`, tf.sum(tensor)]));
  return {
    carried: {},
    outputs: { ...figures, ...probed, ...sums('gradient', gradients), ...sums('next', next) },
  };
}

interface Computed {
  /** Before clipping, by place. */
  readonly gradients: Tensors;
  readonly figures: Tensors;
  /** What replaces carried tensors. */
  readonly next: Tensors;
  readonly probed: Tensors;
}

function computeStep(
  tf: Tf,
  parts: GraphParts,
  unit: Unit,
  counts: readonly number[],
  tensors: ProgramTensors,
  probes: readonly Tensor[] = [],
): Computed {
  const { carried, inputs, noise } = tensors;
  const weights = families.weights.within(carried);
  const trained = Object.keys(weights).filter((place) => !isFrozen(place, parts.loop.freeze));
  const first = { weights, state: families.state.within(carried), inputs, noise };
  const { gradients, figures, state, probed } = accumulated(tf, parts, unit, counts, trained, first, probes);
  const clipped = clipGradients(tf, gradients, parts.loop.clip);

  const next: Record<string, Tensor> = {};
  for (const [place, tensor] of Object.entries(state)) {
    if (!isFrozen(place, parts.loop.freeze)) next[families.state.key(place)] = tensor;
  }
  for (const place of trained) Object.assign(next, updated(tf, parts, place, clipped[place], carried, inputs));
  return { gradients, figures, next, probed };
}

/** Runs the batches one after the other, each weighted by its size; state goes from each to the next. */
function accumulated(
  tf: Tf,
  parts: GraphParts,
  unit: Unit,
  counts: readonly number[],
  trained: readonly string[],
  first: BatchTensors,
  probes: readonly Tensor[],
): BatchGradients {
  const total = counts.reduce((sum, count) => sum + count, 0);
  const batches: BatchGradients[] = [];
  for (const index of counts.keys()) {
    const batch = batchGradients(tf, parts, unit, trained, {
      ...first,
      state: batches.at(-1)?.state ?? first.state,
      inputs: ofBatch(first.inputs, index),
      noise: (name, kind, shape) => first.noise(index === 0 ? name : `${name}/${index}`, kind, shape),
      ...(probes.length > 0 && { probe: probes[index] }),
    });
    batches.push(batch);
  }
  const mean = (of: (batch: BatchGradients) => Tensors): Tensors => {
    if (batches.length === 1) return of(batches[0]);
    const entries = Object.keys(of(batches[0])).map((name) => {
      const shares = batches.map((batch, index) => tf.mul(of(batch)[name], counts[index] / total));
      return [name, tf.addN(shares)] as const;
    });
    return Object.fromEntries(entries);
  };
  return {
    gradients: mean(({ gradients }) => gradients),
    figures: mean(({ figures }) => figures),
    state: batches.at(-1)!.state,
    probed: Object.assign({}, ...batches.map(({ probed }, index) => under(String(index), probed))) as Tensors,
  };
}

/** The next weight and slots of a place, as they are carried. */
function updated(
  tf: Tf,
  { network, optimizer, lossLearningRate }: GraphParts,
  place: string,
  gradient: Tensor,
  carried: Tensors,
  inputs: Tensors,
): Tensors {
  const hasOwnRate = place.startsWith('loss/') && lossLearningRate !== 1;
  const slotKeys = Object.keys(optimizer.slots).map((slot) => [slot, families.slots.key(`${slot}/${place}`)] as const);
  const { weight, slots } = optimizer.update({
    weight: carried[families.weights.key(place)],
    gradient,
    slots: Object.fromEntries(slotKeys.map(([slot, key]) => [slot, carried[key]])),
    learningRate: hasOwnRate ? tf.mul(inputs.learningRate, lossLearningRate) : inputs.learningRate,
    step: inputs.step,
  });
  return {
    [families.weights.key(place)]: network.constrain(place, weight),
    ...Object.fromEntries(slotKeys.map(([slot, key]) => [key, slots[slot]])),
  };
}

/** m' = m + (1 − decay)·(w' − m), for every weight that moves; nothing without a decay. */
function averaged(tf: Tf, { loop }: GraphParts, carried: Tensors, next: Tensors): Tensors {
  const { decay } = loop.ema;
  if (decay === null) return {};
  const entries = Object.entries(families.weights.within(next)).map(([place, weight]) => {
    const mean = carried[families.ema.key(place)];
    return [place, tf.add(mean, tf.mul(tf.sub(weight, mean), 1 - decay))] as const;
  });
  return families.ema.under(Object.fromEntries(entries));
}
