import type { Program, ProgramTensors } from '../plugin/kinds/engine.js';
import type { Noise } from '../plugin/random.js';
import { onBackend } from '../plugin/on-backend.js';
import { sizeOf, type Tensor, type Tensors, type Tf } from '../plugin/tensors.js';
import { valueAndGradients } from '../graph/gradients.js';
import { under, within } from '../graph/places.js';
import { noiseOf, stream } from '../random/stream.js';
import type { Numbers } from './numbers.js';

/** A plugin's code as a function of named arrays. */
export interface Experiment {
  readonly inputs: Readonly<Record<string, Numbers>>;
  /** The inputs to differentiate by. */
  readonly sources: readonly string[];
  /** Results by name; float32. Those in `values` are differentiated, those in `others` are only looked at. */
  readonly run: (inputs: Tensors, noise: Noise) => { readonly values: Tensors; readonly others?: Tensors };
}

export type Results = Readonly<Record<string, Numbers>>;

/** Values, and the gradient by each source of the sum of all values, each times its coefficient. */
export interface Differentiated {
  readonly values: Results;
  readonly others: Results;
  readonly gradients: Readonly<Record<string, Float32Array>>;
}

/** What each value counts in the sum that is differentiated. */
export type Coefficients = (name: string, size: number) => Float32Array;

export const ones: Coefficients = (_name, size) => new Float32Array(size).fill(1);
/** Different for each value, so that errors of two values cannot cancel. */
export const uneven: Coefficients = (name, size) => {
  const random = stream(1, `coefficients/${name}`);
  return Float32Array.from({ length: size }, () => 0.5 + random.uniform());
};

/** Runs an experiment line by line on tfjs's JavaScript backend. */
export function evaluate(tf: Tf, experiment: Experiment): Results {
  return onBackend(tf, 'cpu', () => {
    const { values, others = {} } = experiment.run(present(tf, experiment.inputs), noiseTensors(tf));
    return read({ ...values, ...others });
  });
}

/** Runs an experiment and its backward pass line by line on tfjs's JavaScript backend. */
export function differentiate(tf: Tf, experiment: Experiment, coefficients: Coefficients = ones): Differentiated {
  return onBackend(tf, 'cpu', () => {
    const { values, others, gradients } = forwardAndBackward(tf, experiment, coefficients, {
      inputs: present(tf, experiment.inputs),
      noise: noiseTensors(tf),
    });
    const slopes = Object.entries(read(gradients)).map(([name, { data }]) => [name, data]);
    return {
      values: read(values),
      others: read(others),
      gradients: Object.fromEntries(slopes) as Record<string, Float32Array>,
    };
  });
}

/** An experiment and its backward pass as a program for any engine; the outputs are those of `differentiate`, flat. */
export function programOf(tf: Tf, name: string, experiment: Experiment): Program {
  const inputs = Object.entries(experiment.inputs).map(([key, { shape, data }]) => [
    key,
    { kind: 'values', dtype: data instanceof Int32Array ? 'int32' : 'float32', shape },
  ]);
  return {
    name,
    carried: {},
    inputs: Object.fromEntries(inputs) as Program['inputs'],
    body(given) {
      const { values, others, gradients } = forwardAndBackward(tf, experiment, uneven, given);
      return { carried: {}, outputs: { ...under('value', { ...values, ...others }), ...under('gradient', gradients) } };
    },
  };
}

/** What `programOf` should give. */
export function programResults({ values, others, gradients }: Differentiated): Record<string, ArrayLike<number>> {
  const data = Object.entries({ ...values, ...others }).map(([name, numbers]) => [name, numbers.data] as const);
  return { ...under('value', Object.fromEntries(data)), ...under('gradient', gradients) };
}

/** The noise of every experiment: a function of its name alone. */
export const noiseNumbers = noiseOf(1, 0);

function forwardAndBackward(
  tf: Tf,
  { sources, run }: Experiment,
  coefficients: Coefficients,
  { inputs, noise }: Pick<ProgramTensors, 'inputs' | 'noise'>,
): { values: Tensors; others: Tensors; gradients: Tensors } {
  const by = sources.map((name) => inputs[name]);
  const { gradients, kept } = valueAndGradients(tf, by, () => {
    const { values, others = {} } = run(inputs, noise);
    const addends = Object.entries(values).map(([name, tensor]) =>
      tf.sum(tf.mul(tensor, tf.tensor(coefficients(name, tensor.size), tensor.shape))),
    );
    return { value: tf.addN(addends), kept: { ...under('values', values), ...under('others', others) } };
  });
  const slopes = sources.map((name, index) => [name, gradients[index] ?? tf.zerosLike(by[index])]);
  return {
    values: within('values', kept),
    others: within('others', kept),
    gradients: Object.fromEntries(slopes) as Tensors,
  };
}

function present(tf: Tf, inputs: Experiment['inputs']): Tensors {
  const entries = Object.entries(inputs).map(([name, { shape, data }]) => [name, tf.tensor(data, [...shape])]);
  return Object.fromEntries(entries) as Tensors;
}

function noiseTensors(tf: Tf): Noise {
  return (name, kind, shape) => tf.tensor(Float32Array.from(noiseNumbers(name, kind, sizeOf(shape))), [...shape]);
}

function read(tensors: Tensors): Results {
  const entries = Object.entries(tensors).map(([name, tensor]: [string, Tensor]) => [
    name,
    { shape: tensor.shape, data: tensor.dataSync<'float32'>().slice() },
  ]);
  return Object.fromEntries(entries) as Results;
}
