import { differentiate, evaluate, uneven, type Experiment, type Results } from './experiment.js';
import type { Lab } from './lab.js';
import { norm, show, type Numbers } from './numbers.js';
import { fault } from './report.js';

/** Steps to try, the usual one first; another where most elements cannot be judged with it. */
const steps = [3e-3, 1e-2, 5e-4];
const tolerance = 2e-3;
/** How far two steps may disagree, relative to the slopes, before a kink is assumed between them. */
const kink = 1e-2;
/** Elements of one input to compare; the rest of a large one is left out evenly. */
const mostElements = 40;

interface Slopes {
  readonly at: readonly number[];
  readonly slopes: readonly number[];
}

/**
 * Compares the gradient of an experiment with central differences in float32, and refuses one that differs. Elements next to
 * a kink or a jump, where there is no one slope, are left out. Returns how many were compared, and whether any is not 0.
 */
export function compareGradient(lab: Lab, experiment: Experiment): { compared: number; of: number; zero: boolean } {
  const { tf } = lab;
  let total = { compared: 0, of: 0, zero: true };
  const { gradients } = differentiate(tf, experiment, uneven);
  lab.holdingConstant(
    () => evaluate(tf, experiment),
    (held) => {
      for (const source of experiment.sources) {
        const gradient = gradients[source];
        const size = gradient.length;
        const sample = Array.from({ length: Math.min(size, mostElements) }, (_, i) =>
          Math.floor((i * size) / Math.min(size, mostElements)),
        );
        const moved = (by: ReadonlyMap<number, number>) =>
          held(() => objective(evaluate(tf, move(experiment, source, by))));
        const { at, slopes } = bestSlopes(sample, moved);
        judge(
          source,
          at.map((index) => gradient[index]),
          slopes,
          at,
          experiment.inputs[source],
          noiseOf(moved(new Map())),
        );
        total = {
          compared: total.compared + at.length,
          of: total.of + sample.length,
          zero: total.zero && gradient.every((value) => value === 0) && slopes.every((slope) => Math.abs(slope) < 1e-6),
        };
      }
    },
  );
  return total;
}

type Objective = { readonly value: number; readonly size: number };
type Moved = (by: ReadonlyMap<number, number>) => Objective;

/** The sum that `differentiate` differentiates, in float64, and the norm of its addends. */
function objective(values: Results): Objective {
  let value = 0;
  let squares = 0;
  for (const [name, { data }] of Object.entries(values)) {
    const coefficients = uneven(name, data.length);
    for (const [index, entry] of data.entries()) {
      value += coefficients[index] * entry;
      squares += (coefficients[index] * entry) ** 2;
    }
  }
  return { value, size: Math.sqrt(squares) };
}

function move(experiment: Experiment, source: string, by: ReadonlyMap<number, number>): Experiment {
  const { shape, data } = experiment.inputs[source];
  const next = data.slice();
  for (const [index, step] of by) next[index] += step;
  return {
    ...experiment,
    inputs: { ...experiment.inputs, [source]: { shape, data: next } },
    run: (inputs, noise) => ({ values: experiment.run(inputs, noise).values }),
  };
}

function bestSlopes(sample: readonly number[], moved: Moved): Slopes {
  let best: Slopes = { at: [], slopes: [] };
  for (const step of steps) {
    const found = slopesWith(step, sample, moved);
    if (found.at.length > best.at.length || best.at.length === 0) best = found;
    if (best.at.length * 2 > sample.length) break;
  }
  return best;
}

/** Slopes by Richardson's extrapolation from a step and half of it, of the elements where both agree. */
function slopesWith(step: number, sample: readonly number[], moved: Moved): Slopes {
  const here = moved(new Map()).value;
  const found = sample.map((index) => {
    const at = (by: number) => moved(new Map([[index, by]])).value - here;
    const [far, farBack, near, nearBack] = [at(step), at(-step), at(step / 2), at(-step / 2)];
    const [coarse, fine] = [(far - farBack) / (2 * step), (near - nearBack) / step];
    const bends = [(far + farBack) / step, (2 * (near + nearBack)) / (step / 2)];
    return {
      index,
      slope: (4 * fine - coarse) / 3,
      apart: Math.max(Math.abs(coarse - fine), Math.abs(bends[0] - bends[1])),
    };
  });
  const scale = norm(found.map(({ slope }) => slope)) / Math.sqrt(found.length);
  const smooth = found.filter(
    ({ slope, apart }) => apart <= kink * Math.max(Math.abs(slope), scale) + 1e-3 * Math.min(1, scale),
  );
  return { at: smooth.map(({ index }) => index), slopes: smooth.map(({ slope }) => slope) };
}

/** What float32 leaves of a slope of 0. */
function noiseOf({ size }: Objective): number {
  return (2 ** -23 * size) / steps[0];
}

function judge(
  source: string,
  actual: readonly number[],
  slopes: readonly number[],
  at: readonly number[],
  { shape }: Numbers,
  noise: number,
): void {
  const difference = norm(slopes.map((slope, index) => actual[index] - slope));
  const scale = norm(slopes);
  if (difference <= tolerance * scale + Math.sqrt(slopes.length) * noise + 1e-5) return;
  const worst = slopes.reduce(
    (most, slope, index) => (Math.abs(actual[index] - slope) > Math.abs(actual[most] - slopes[most]) ? index : most),
    0,
  );
  fault(
    `The gradient by the ${source} is not the slope of the values: it differs by ${show((100 * difference) / Math.max(scale, 1e-9))} % from central differences. ` +
      `At element ${placeOf(at[worst], shape)} it is ${show(actual[worst])}, and the values change by ${show(slopes[worst])}. ` +
      'If you hold a part constant on purpose, use stopGradient of twinspec/plugin, which this check knows; if you wrote a tf.customGrad, its gradFunc is wrong.',
  );
}

/** Position of a flat index, such as [3, 1]. */
function placeOf(flat: number, shape: readonly number[]): string {
  const place = [];
  for (const size of [...shape].reverse()) {
    place.unshift(flat % size);
    flat = Math.floor(flat / size);
  }
  return `[${place.join(', ')}]`;
}
