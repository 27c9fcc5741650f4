import type { Reducer, ReducerDescriptor } from '../plugin/kinds/reducer.js';
import { engineTrial, finiteTrial, gradientTrial, purityStages } from './common-trials.js';
import { evaluate, type Experiment } from './experiment.js';
import { createPlugin, type Lab, type Options } from './lab.js';
import { float, normals, relativeError, showShape, type Numbers } from './numbers.js';
import { fault, type Trial } from './report.js';

const size = 8;

/** What is checked of a reducer once it can be created. */
export function* reducerTrials(lab: Lab, descriptor: ReducerDescriptor, given: Options): Generator<readonly Trial[]> {
  const make = () => createPlugin<Reducer>(lab, descriptor, given);
  const on = (values: Numbers, mask: Numbers | null = null): Experiment => {
    const reducer = make();
    return {
      inputs: { values, ...(mask !== null && { mask }) },
      sources: ['values'],
      run: (inputs) => ({ values: { reduced: reducer.reduce(inputs.values, mask === null ? null : inputs.mask) } }),
    };
  };
  const reduce = (values: Numbers, mask: Numbers | null = null) => evaluate(lab.tf, on(values, mask)).reduced;
  const [ordinary, selected] = [() => on(positive([size])), () => on(positive([size]), half([size]))];
  yield [{ name: 'shapes', run: () => shapes(reduce) }];
  yield* purityStages(lab, selected);
  yield [
    gradientTrial(lab, 'gradient', () => [ordinary(), selected()]),
    finiteTrial(lab, () => ({
      'nothing selected': on(positive([size]), float([size], new Float32Array(size))),
      zeros: on(float([size], new Float32Array(size)), half([size])),
      'huge values': on(
        float(
          [size],
          positive([size]).data.map((value) => value * 1e15),
        ),
      ),
    })),
    { name: 'mask', run: () => masks(make(), reduce) },
    engineTrial(lab, `reducer ${descriptor.name}`, selected),
  ];
}

type Reduce = (values: Numbers, mask?: Numbers | null) => Numbers;

function positive(shape: readonly number[]): Numbers {
  return float(
    shape,
    normals(shape, 1).data.map((value) => 0.1 + Math.abs(value)),
  );
}

function half(shape: readonly number[]): Numbers {
  return float(
    shape,
    normals(shape, 1).data.map((_, index) => index % 2),
  );
}

function shapes(reduce: Reduce): string {
  for (const shape of [[1], [7], [5, 5], [3, 3, 3]])
    for (const mask of [null, half(shape)]) {
      const { shape: found } = reduce(positive(shape), mask);
      if (found.length > 0)
        fault(
          `Of values of shape ${showShape(shape)} it makes ${showShape(found)} and should make one number, shape [].`,
        );
    }
  return 'Values of any shape become one number.';
}

function masks(reducer: Reducer, reduce: Reduce): string {
  const values = positive([size]);
  const ones = float([size], new Float32Array(size).fill(1));
  const [plain, all] = [reduce(values), reduce(values, ones)].map(({ data }) => data);
  if (relativeError(all, plain) > 1e-4) fault('A mask of ones gives another number than no mask.');
  const [none] = reduce(values, float([size], new Float32Array(size))).data;
  if (none !== 0) fault(`Where nothing is selected it gives ${none} and should give 0: there is nothing to learn.`);
  const mask = half([size]);
  const others = float(
    [size],
    values.data.map((value, index) => (mask.data[index] === 0 ? value * 9 + 5 : value)),
  );
  if (relativeError(reduce(others, mask).data, reduce(values, mask).data) > 1e-4)
    fault('Elements that are not selected change the number. Multiply by the mask, and divide by what it selects.');
  const mean = Array.from(values.data).reduce((sum, value) => sum + value, 0) / size;
  if (reducer.isMean === true && relativeError(plain, [mean]) > 1e-4)
    fault(`It says that it is the plain mean, and gives ${plain[0]} where the mean is ${mean}.`);
  return 'Only what is selected counts.';
}
