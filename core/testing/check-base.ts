import type { Base, BaseDescriptor } from '../plugin/kinds/base.js';
import type { Shape, Tensors } from '../plugin/tensors.js';
import { bindBase, type BoundBase } from '../graph/bound-base.js';
import { under, within } from '../graph/places.js';
import { stream } from '../random/stream.js';
import { engineTrial, finiteTrial, purityStages } from './common-trials.js';
import { differentiate, evaluate, uneven, type Experiment } from './experiment.js';
import { createPlugin, tensorCount, type Lab, type Options } from './lab.js';
import {
  float,
  identical,
  normals,
  notFinite,
  relativeError,
  scaled,
  showShape,
  takeRows,
  type Numbers,
} from './numbers.js';
import { explain, fault, type Trial } from './report.js';

/** Sample shapes that a base is tried on unless its test names some: vectors, then images, the small ones first. */
const usualShapes: readonly (readonly Shape[])[] = [
  [[16]],
  [
    [12, 12, 1],
    [28, 28, 1],
    [32, 32, 3],
  ],
];

/** What is checked of a base once it can be created. */
export function* baseTrials(
  lab: Lab,
  descriptor: BaseDescriptor,
  given: Options,
  sampleShapes: readonly Shape[] | undefined,
): Generator<readonly Trial[]> {
  const build = (sampleShape: Shape, seed = 1) => {
    const base = createPlugin<Base>(lab, descriptor, given);
    const columns = { samples: sampleShape };
    return bindBase(lab.tf, columns, () => base.model(sampleShape, columns), stream(seed, 'weights/base'));
  };
  let fitting: readonly Shape[] = [];
  yield [
    {
      name: 'builds',
      run() {
        fitting = sampleShapes ?? usualShapes.flatMap((group) => firstFitting(group, build));
        if (fitting.length === 0) {
          const reasons = usualShapes.map(([shape]) => `For ${showShape(shape)}: ${refusal(shape, build)}`);
          fault(
            `It builds for none of the usual sample shapes ${usualShapes.flat().map(showShape).join(', ')}. Give the test one that it takes: \`sampleShapes\` in code, --sample-shape 64x64x3 on the command line. ${reasons.join(' ')}`,
          );
        }
        for (const shape of fitting) build(shape);
        return `It builds for samples of shape ${fitting.map(showShape).join(' and ')}.`;
      },
    },
  ];

  const each = (run: (shape: Shape) => void, found: string) => () => {
    for (const shape of fitting) run(shape);
    return found;
  };
  const on = (shape: Shape, n = 4, training = true) => pass(build(shape), samplesOf(shape, n), training);
  yield [
    {
      name: 'shapes',
      run: each((shape) => shapes(lab, on, shape), '1, 7 and 64 samples give one finite embedding each.'),
    },
    { name: 'seed', run: each((shape) => seeded(build, shape), 'The first weights follow from the seed alone.') },
  ];
  yield* purityStages(lab, () => on(fitting[0]));
  yield [{ name: 'building', run: each((shape) => frees(lab, build, shape), 'Building it leaves no tensor behind.') }];
  yield [
    { name: 'input', run: each((shape) => reads(lab, on, shape), 'Different samples get different embeddings.') },
    { name: 'weights', run: each((shape) => learns(lab, on, shape), 'Every weight receives a gradient.') },
    {
      name: 'order',
      run: each(
        (shape) => order(lab, build(shape), shape),
        'A sample has the same embedding wherever it stands, and alone.',
      ),
    },
    finiteTrial(lab, () => Object.fromEntries(fitting.flatMap((shape) => hostile(build(shape), shape)))),
    engineTrial(lab, `base ${descriptor.name}`, () => on(fitting[0])),
  ];
}

type Build = (shape: Shape, seed?: number) => BoundBase;
type On = (shape: Shape, n?: number, training?: boolean) => Experiment;

function firstFitting(group: readonly Shape[], build: Build): readonly Shape[] {
  const found = group.find((shape) => refusal(shape, build) === null);
  return found === undefined ? [] : [found];
}

/** Why it does not build for samples of this shape; null where it does. */
function refusal(shape: Shape, build: Build): string | null {
  try {
    build(shape);
    return null;
  } catch (error) {
    return explain(error);
  }
}

function samplesOf(shape: Shape, n: number, seed = 1): Numbers {
  return scaled(normals([n, ...shape], seed), 0.5);
}

/** One pass over samples, as a function of them and of every weight. */
function pass(base: BoundBase, samples: Numbers, training: boolean): Experiment {
  const weights = under('weight', base.weights) as Record<string, Numbers>;
  return {
    inputs: { samples, ...weights, ...(under('state', base.state) as Record<string, Numbers>) },
    sources: ['samples', ...Object.keys(weights)],
    run(inputs: Tensors, noise) {
      const values = { ...within('weight', inputs), ...within('state', inputs) };
      const { embedding, state, penalty } = base.apply({
        values,
        samples: { samples: inputs.samples },
        training,
        noise,
      });
      return {
        values: { embedding, ...(penalty === null ? {} : { penalty }) },
        others: training ? under('next state of', state) : {},
      };
    },
  };
}

function shapes({ tf }: Lab, on: On, shape: Shape): void {
  for (const n of [1, 7, 64]) {
    const { embedding } = evaluate(tf, on(shape, n, false));
    if (embedding.shape.length !== 2 || embedding.shape[0] !== n)
      fault(
        `For ${n} samples of shape ${showShape(shape)} it gives ${showShape(embedding.shape)}. Give one embedding for each, [${n}, dimension].`,
      );
    if (notFinite(embedding.data) >= 0)
      fault(
        `For ordinary samples of shape ${showShape(shape)} its embedding is ${embedding.data[notFinite(embedding.data)]}.`,
      );
  }
}

function seeded(build: Build, shape: Shape): void {
  const [one, again, other] = [build(shape), build(shape), build(shape, 2)];
  const changed = Object.keys(one.weights).find(
    (place) => !identical(one.weights[place].data, again.weights[place]?.data ?? []),
  );
  if (changed !== undefined)
    fault(
      `Built twice from one seed, its weight ${changed} starts with other values. Use stock initializers, or the service "random".`,
    );
  const places = Object.keys(one.weights);
  if (places.length === 0) fault('It has no weights, so that nothing can be learned. Add a layer that has some.');
  if (places.every((place) => identical(one.weights[place].data, other.weights[place].data)))
    fault(
      'Built from another seed, it starts with the same weights. Leave the seed of initializers out: it is taken from the spec.',
    );
}

function frees({ tf }: Lab, build: Build, shape: Shape): void {
  build(shape);
  const before = tensorCount(tf);
  build(shape);
  const left = tensorCount(tf) - before;
  if (left > 0) fault(`Building it leaves ${left} tensors behind. Make constants inside the call of a layer.`);
}

function reads({ tf }: Lab, on: On, shape: Shape): void {
  const { embedding } = evaluate(tf, on(shape, 4, false));
  const [rows, width] = embedding.shape;
  const first = takeRows(embedding, [0]).data;
  const alike = Array.from({ length: rows }, (_, row) => embedding.data.subarray(row * width, (row + 1) * width)).every(
    (row) => identical(row, first),
  );
  if (alike)
    fault('Different samples get one and the same embedding: it ignores its input, or all of its units are dead.');
}

function learns({ tf }: Lab, on: On, shape: Shape): void {
  const { gradients } = differentiate(tf, on(shape), uneven);
  const still = Object.keys(gradients).filter(
    (name) => name !== 'samples' && gradients[name].every((value) => value === 0),
  );
  if (still.length > 0)
    fault(
      `No gradient reaches ${still.map((name) => name.replace('weight/', '')).join(', ')}, so that it would never be trained. Use it on the way to the output, or make its layer untrainable.`,
    );
}

function order({ tf }: Lab, base: BoundBase, shape: Shape): void {
  const samples = samplesOf(shape, 7);
  const embed = (of: Numbers) => evaluate(tf, pass(base, of, false)).embedding;
  const plain = embed(samples);
  const permutation = [3, 0, 6, 1, 5, 2, 4];
  if (relativeError(embed(takeRows(samples, permutation)).data, takeRows(plain, permutation).data) > 1e-4)
    fault(
      'In another order, samples get other embeddings. Outside of training, each sample must be embedded for itself.',
    );
  if (relativeError(embed(takeRows(samples, [2])).data, takeRows(plain, [2]).data) > 1e-4)
    fault(
      'A sample gets another embedding alone than among others. Outside of training, each sample must be embedded for itself; a layer over the batch must use remembered statistics.',
    );
}

function hostile(base: BoundBase, shape: Shape): [string, Experiment][] {
  const samples = samplesOf(shape, 4);
  const zero = float(samples.shape, new Float32Array(samples.data.length));
  const batches = {
    'equal samples': takeRows(samples, [0, 0, 0, 0]),
    'blank samples': zero,
    'huge samples': scaled(samples, 1e4),
    'tiny samples': scaled(samples, 1e-10),
  };
  return Object.entries(batches).map(([name, of]) => [`${name} of ${showShape(shape)}`, pass(base, of, true)]);
}
