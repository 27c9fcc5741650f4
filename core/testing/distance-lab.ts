import { expectDeclared } from '../plugin/declared.js';
import type { Distance, DistanceDescriptor } from '../plugin/kinds/distance.js';
import { initialValues } from '../graph/initial-values.js';
import { under, within } from '../graph/places.js';
import { stream } from '../random/stream.js';
import { differentiate, type Experiment } from './experiment.js';
import type { Lab } from './lab.js';
import type { Numbers } from './numbers.js';
import { fault, type Trial } from './report.js';

export type Sides = readonly [a: Numbers, b: Numbers];
/** What is made of two tensors of embeddings and of what a distance gets beside them. */
export type Measured = (...args: Parameters<Distance['between']>) => ReturnType<Experiment['run']>;

/** An experiment on two tensors of embeddings, by both and by the distance's own weights. */
export function distanceExperiment(
  { weights: names = [] }: DistanceDescriptor,
  distance: Distance,
  [a, b]: Sides,
  run: Measured,
): Experiment {
  const declared = expectDeclared('weights', names, distance.weights?.({ dimension: a.shape.at(-1)! }));
  const weights = under(
    'weight',
    initialValues(declared, (name) => stream(1, `weights/distance/${name}`)),
  );
  return {
    inputs: { 'left embeddings': a, 'right embeddings': b, ...weights },
    sources: ['left embeddings', 'right embeddings', ...Object.keys(weights)],
    run: (inputs, noise) =>
      run(inputs['left embeddings'], inputs['right embeddings'], {
        weights: within('weight', inputs),
        training: true,
        noise,
      }),
  };
}

/** Each of its own weights gets a gradient. */
export function ownWeightsTrials({ tf }: Lab, { weights = [] }: DistanceDescriptor, make: () => Experiment): Trial[] {
  if (weights.length === 0) return [];
  const run = () => {
    const { gradients } = differentiate(tf, make());
    const idle = weights.find((name) => gradients[`weight/${name}`].every((slope) => slope === 0));
    if (idle !== undefined)
      fault(`Its weight "${idle}" gets no gradient, so that it keeps its first values. Read it, or leave it out.`);
    return 'Each of its own weights gets a gradient.';
  };
  return [{ name: 'own weights', run }];
}
