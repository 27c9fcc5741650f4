import type { Optimizer, OptimizerDescriptor } from '../plugin/kinds/optimizer.js';
import { under, within } from '../graph/places.js';
import { engineTrial, finiteTrial, purityStages } from './common-trials.js';
import { evaluate, type Experiment } from './experiment.js';
import { createPlugin, type Lab, type Options } from './lab.js';
import { float, normals, scaled, show, showShape, type Numbers } from './numbers.js';
import { fault, type Trial } from './report.js';

const size = 6;
const steps = 400;

/** What is checked of an optimizer once it can be created. */
export function* optimizerTrials(
  lab: Lab,
  descriptor: OptimizerDescriptor,
  given: Options,
): Generator<readonly Trial[]> {
  const make = () => createPlugin<Optimizer>(lab, descriptor, given);
  const on = (
    weight: Numbers,
    gradient: Numbers,
    step = 1,
    rate = 0.01,
    slots = firstSlots(make(), weight),
  ): Experiment => {
    const optimizer = make();
    return {
      inputs: { weight, gradient, ...under('slot', slots), learningRate: float([], [rate]), step: float([], [step]) },
      sources: ['learningRate'],
      run(inputs) {
        const update = optimizer.update({
          weight: inputs.weight,
          gradient: inputs.gradient,
          slots: within('slot', inputs),
          learningRate: inputs.learningRate,
          step: inputs.step,
        });
        return { values: { weight: update.weight, ...under('slot', update.slots) } };
      },
    };
  };
  const ordinary = () => on(normals([size], 1), normals([size], 2));
  yield [{ name: 'shapes', run: () => shapes(lab, make, on) }];
  yield* purityStages(lab, ordinary);
  yield [
    finiteTrial(lab, () => ({
      'zero gradients': on(normals([size], 1), float([size], new Float32Array(size))),
      'tiny gradients': on(normals([size], 1), scaled(normals([size], 2), 1e-15)),
      'huge gradients': on(normals([size], 1), scaled(normals([size], 2), 1e15)),
      'a late step': on(normals([size], 1), normals([size], 2), 1e6),
    })),
    { name: 'rate', run: () => rateZero(lab, on) },
    { name: 'descends', run: () => descends(lab, on) },
    engineTrial(lab, `optimizer ${descriptor.name}`, ordinary),
  ];
}

type On = (
  weight: Numbers,
  gradient: Numbers,
  step?: number,
  rate?: number,
  slots?: Record<string, Numbers>,
) => Experiment;

function firstSlots({ slots }: Optimizer, { shape, data }: Numbers): Record<string, Numbers> {
  return Object.fromEntries(
    Object.entries(slots).map(([name, fill]) => [name, float(shape, new Float32Array(data.length).fill(fill))]),
  );
}

function shapes({ tf }: Lab, make: () => Optimizer, on: On): string {
  const names = Object.keys(make().slots);
  for (const shape of [[], [3], [2, 3], [3, 3, 1, 2]]) {
    const results = evaluate(tf, on(normals(shape, 1), normals(shape, 2)));
    for (const name of ['weight', ...names.map((slot) => `slot/${slot}`)]) {
      const found = results[name];
      if (found === undefined) fault(`update gives no ${name.replace('/', ' ')}. Give the next value of every slot.`);
      if (String(found.shape) !== String(shape))
        fault(
          `For a weight of shape ${showShape(shape)} update gives a ${name.replace('/', ' ')} of shape ${showShape(found.shape)}.`,
        );
    }
  }
  return `Weights of any shape keep it${names.length === 0 ? '' : `, and so do the slots ${names.join(', ')}`}.`;
}

function rateZero({ tf }: Lab, on: On): string {
  const weight = normals([size], 1);
  const moved = (rate: number) => {
    const { data } = evaluate(tf, on(weight, normals([size], 2), 1, rate)).weight;
    return Math.hypot(...data.map((value, index) => value - weight.data[index]));
  };
  if (moved(0) > 1e-6)
    fault('With a learning rate of 0 it moves the weight. What it does is to be times the learning rate.');
  const [slow, fast] = [moved(1e-3), moved(1e-2)];
  if (!(fast > 3 * slow))
    fault(
      `With ten times the learning rate a step is ${show(fast / Math.max(slow, 1e-12))} times as long. A schedule can only work where the rate counts.`,
    );
  return 'How far it goes follows the learning rate.';
}

/** On Σ cᵢ·wᵢ², whose smallest value is 0. */
function descends({ tf }: Lab, on: On): string {
  const curvature = Float32Array.from({ length: size }, (_, index) => 0.5 + index / size);
  const cost = ({ data }: Numbers) =>
    Array.from(data).reduce((sum, value, index) => sum + curvature[index] * value ** 2, 0);
  let weight = normals([size], 3);
  const before = cost(weight);
  let slots: Record<string, Numbers> | undefined;
  for (let step = 1; step <= steps; step++) {
    const gradient = float(
      [size],
      weight.data.map((value, index) => 2 * curvature[index] * value),
    );
    const results = evaluate(tf, on(weight, gradient, step, 0.02, slots));
    weight = results.weight;
    slots = within('slot', results);
  }
  const after = cost(weight);
  if (!(after < 0.7 * before))
    fault(
      `In ${steps} steps on a sum of squares it goes from ${show(before)} to ${show(after)}, and the smallest value is 0. Move the weight against the gradient, and give back the next slots.`,
    );
  return `In ${steps} steps on a sum of squares it goes from ${show(before)} to ${show(after)}.`;
}
