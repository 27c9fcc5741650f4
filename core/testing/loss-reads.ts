import { createRegistry } from '../plugin/registry.js';
import type { OptionSchema } from '../plugin/options.js';
import type { Loss, LossDescriptor } from '../plugin/kinds/loss.js';
import type { Tensor } from '../plugin/tensors.js';
import { ordinaryBatch } from './batches.js';
import type { LossLab } from './loss-lab.js';
import { differentiate, evaluate, programResults, uneven, type Experiment } from './experiment.js';
import { under } from '../graph/places.js';
import type { Options } from './lab.js';
import { float, identical, mapValues, notFinite, relativeError, show, type Numbers } from './numbers.js';
import { fault, type Trial } from './report.js';

/** What is read and what is left alone: every option, weight and state counts, and no input is changed or disposed. */
export function readsTrials(loss: LossLab): readonly Trial[] {
  return [
    { name: 'inputs', run: () => inputs(loss) },
    { name: 'options', run: () => options(loss) },
    { name: 'own weights', run: () => ownWeights(loss) },
    { name: 'state', run: () => state(loss) },
    { name: 'progress', run: () => progress(loss) },
    { name: 'long run', run: () => longRun(loss) },
  ];
}

/** An ordinary batch of small, usual and large distances, early and late in training. */
function usual({ consumes, on }: LossLab, make = on): readonly Experiment[] {
  const at = (spread: number, seed: number, share: number): Experiment => {
    const experiment = make(ordinaryBatch(consumes, 7, spread, seed));
    return { ...experiment, inputs: { ...experiment.inputs, progress: float([], [share]) } };
  };
  return [at(1, 1, 0.5), at(0.3, 3, 0.1), at(2.5, 5, 0.9)];
}

function outcome({ lab }: LossLab, experiment: Experiment): Readonly<Record<string, ArrayLike<number>>> {
  return programResults(differentiate(lab.tf, experiment, uneven));
}

function inputs(loss: LossLab): string {
  const { lab, consumes, make, around } = loss;
  const instance = make();
  const watched = Object.assign(Object.create(instance) as Loss<never>, {
    values(given: never) {
      const before = tensorsIn(given).map(([name, tensor]) => [name, tensor, tensor.dataSync().slice()] as const);
      const output = instance.values(given);
      for (const [name, tensor, data] of before) {
        if (tensor.isDisposed)
          fault(`It disposes of its input ${name}, which is not its own. Return tensors, and free none.`);
        if (!identical(tensor.dataSync(), data))
          fault(`It changes the numbers of its input ${name} in place. Make a new tensor of them.`);
      }
      return output;
    },
  });
  evaluate(lab.tf, around(watched, ordinaryBatch(consumes, 7)));
  return 'Its inputs are as they were afterwards.';
}

function tensorsIn(value: unknown, path = ''): readonly (readonly [name: string, tensor: Tensor])[] {
  if (typeof value !== 'object' || value === null) return [];
  if ('dataId' in value) return [[path, value as unknown as Tensor]];
  return Object.entries(value).flatMap(([key, inner]) => tensorsIn(inner, path === '' ? key : `${path}.${key}`));
}

function options(loss: LossLab): string {
  const { descriptor, given, with: withOptions } = loss;
  const names = Object.keys(descriptor.options);
  const usually = usual(loss);
  const expected = usually.map((experiment) => effects(loss, experiment));
  for (const name of names) {
    const others = alternatives(descriptor, name, given);
    const counts = others.some((value) =>
      usual(loss, withOptions({ ...given, [name]: value })).some((experiment, index) =>
        differs(effects(loss, experiment), expected[index]),
      ),
    );
    if (others.length > 0 && !counts)
      fault(
        `Its option "${name}" changes nothing: with ${others.map((value) => JSON.stringify(value)).join(', ')} its values and what the embeddings learn are the same. Read it, or take it out.`,
      );
  }
  for (const name of descriptor.margins ?? []) growsWith(loss, name);
  return names.length === 0 ? 'It has no options.' : `Each of its options counts: ${names.join(', ')}.`;
}

/** All that an option may decide: the values, the gradient by the embeddings, and the first weights and state. */
function effects({ lab }: LossLab, experiment: Experiment): Readonly<Record<string, ArrayLike<number>>> {
  const { values, others, gradients } = differentiate(lab.tf, experiment, uneven);
  const numbers = { ...values, ...others, ...under('first', experiment.inputs) };
  return { ...mapValues(numbers, ({ data }) => data), embedding: gradients.embedding };
}

/** Whether two sets of results differ by more than rounding. */
function differs(
  a: Readonly<Record<string, ArrayLike<number>>>,
  b: Readonly<Record<string, ArrayLike<number>>>,
): boolean {
  return (
    String(Object.keys(a)) !== String(Object.keys(b)) ||
    Object.keys(a).some((key) => relativeError(a[key], b[key]) > 1e-4)
  );
}

/** What is asked for with a larger margin costs no less. */
function growsWith(loss: LossLab, name: string): void {
  const { descriptor, given, with: withOptions, lab } = loss;
  const value = Number(given[name] ?? descriptor.options[name].default);
  const larger = alternatives(descriptor, name, given).find((other) => Number(other) > value);
  if (larger === undefined || !Number.isFinite(value)) return;
  const cost = (experiment: Experiment) =>
    Object.entries(evaluate(lab.tf, experiment))
      .filter(([key]) => !key.startsWith('next state of'))
      .reduce((sum, [, { data }]) => sum + Array.from(data).reduce((total, entry) => total + entry, 0), 0);
  const [before, after] = [usual(loss), usual(loss, withOptions({ ...given, [name]: larger }))].map((all) =>
    all.map(cost),
  );
  const at = before.findIndex((cost, index) => after[index] < cost - 1e-4 * Math.abs(cost));
  if (at >= 0)
    fault(
      `With a larger "${name}", ${Number(larger)} instead of ${value}, the same batch costs less: ${show(before[at])} becomes ${show(after[at])}. A margin asks for more the larger it is: check its sign.`,
    );
}

/** Other values of an option that the plugin takes and that, by its own word, have an effect. */
function alternatives(descriptor: LossDescriptor, name: string, given: Options): readonly unknown[] {
  const registry = createRegistry([descriptor]);
  const standard = Object.entries(descriptor.options).map(([key, option]) => [key, option.default]);
  const all = { ...(Object.fromEntries(standard) as Options), ...given };
  return candidates(descriptor.options[name], all[name]).filter((value) => {
    const changed = { ...all, [name]: value };
    if (registry.optionErrors(descriptor, changed).length > 0) return false;
    const refused = { ...descriptor.conflicts?.(changed), ...descriptor.withoutEffect?.(changed) };
    return Object.values(refused).every((reason) => reason === undefined);
  });
}

function candidates(option: OptionSchema, value: unknown): readonly unknown[] {
  const none = option.nullable && value !== null ? [null] : [];
  if (option.type === 'boolean') return [!value, ...none];
  if (option.type === 'string')
    return [...(('enum' in option && option.enum) || []).filter((word) => word !== value), ...none];
  if (option.type === 'number' || option.type === 'integer') {
    const number = Number(value ?? 1);
    const factors =
      option.type === 'integer' ? [number + 1, number * 2, number - 1] : [number * 2, number / 2, number + 0.1];
    return [...factors.filter((other) => other !== value), ...none];
  }
  if (option.type === 'array' && Array.isArray(value) && value.every((entry) => typeof entry === 'number'))
    return [value.map((entry: number) => entry * 2), ...none];
  return none;
}

function ownWeights(loss: LossLab): string {
  const experiments = usual(loss);
  const names = Object.keys(experiments[0].inputs).filter((name) => name.startsWith('weight/'));
  const gradients = experiments.map((experiment) => differentiate(loss.lab.tf, experiment, uneven).gradients);
  for (const name of names) {
    if (gradients.some((all) => all[name].some((value) => value !== 0))) continue;
    fault(
      `Its own weight "${name.slice('weight/'.length)}" gets no gradient, so that it is never trained. Use it in values.`,
    );
  }
  return names.length === 0 ? 'It has no weights of its own.' : 'Each of its own weights gets a gradient.';
}

function state(loss: LossLab): string {
  const experiments = usual(loss);
  const names = Object.keys(experiments[0].inputs).filter((name) => name.startsWith('state/'));
  for (const place of names) {
    const name = place.slice('state/'.length);
    const renewed = experiments.some((experiment) => {
      const next = evaluate(loss.lab.tf, experiment)[`next state of/${name}`];
      return !identical(next.data, experiment.inputs[place].data);
    });
    if (!renewed) fault(`Its state "${name}" stays what it was. Let nextState renew it, or make it a constant.`);
    const isRead = experiments.some((experiment) =>
      [shifted, wholeNumbers].some((change) => {
        const inputs = { ...experiment.inputs, [place]: change(experiment.inputs[place]) };
        const others = outcome(loss, { ...experiment, inputs });
        return Object.entries(outcome(loss, experiment)).some(
          ([key, data]) => key !== `value/next state of/${name}` && !identical(data, others[key]),
        );
      }),
    );
    if (!isRead)
      fault(`Nothing reads its state "${name}": with other numbers in it the values and gradients are the same.`);
  }
  return names.length === 0 ? 'It has no state.' : 'Its state is read and renewed.';
}

function shifted({ shape, data }: Numbers): Numbers {
  return float(
    shape,
    Array.from(data, (value, index) => value + 0.3 + 0.1 * (index % 3)),
  );
}

/** For a state that holds class numbers. */
function wholeNumbers({ shape, data }: Numbers): Numbers {
  return float(
    shape,
    Array.from(data, (_, index) => index % 3),
  );
}

function progress(loss: LossLab): string {
  for (const share of [0, 1]) {
    const experiment = loss.on(ordinaryBatch(loss.consumes, 7));
    const results = outcome(loss, { ...experiment, inputs: { ...experiment.inputs, progress: float([], [share]) } });
    const wrong = Object.keys(results).find((name) => notFinite(results[name] as Float32Array) >= 0);
    if (wrong !== undefined)
      fault(
        `At progress ${share}, the ${share === 0 ? 'first' : 'end of the last'} step, its ${wrong} is not finite. Progress goes from 0 to 1, both included.`,
      );
  }
  return 'It is finite from the first step to the last.';
}

const calls = 300;

function longRun({ lab, consumes, on }: LossLab): string {
  const experiment = on(ordinaryBatch(consumes, 8));
  const first = evaluate(lab.tf, experiment);
  for (let call = 2; call <= calls; call++) {
    const results = evaluate(lab.tf, experiment);
    const changed = Object.keys(first).find((name) => !identical(results[name].data, first[name].data));
    if (changed !== undefined)
      fault(
        `From call ${call} on it gives other values for the same inputs. A compiled step calls it only once; what changes with training is its state, or progress.`,
      );
  }
  return `${calls} calls with the same inputs give the same bits.`;
}
