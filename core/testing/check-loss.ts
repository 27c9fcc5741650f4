import type { Consumes, Loss, LossDescriptor, Term } from '../plugin/kinds/loss.js';
import { under, within } from '../graph/places.js';
import { dimension, hostileBatches, ordinaryBatch, reordered, samplesOf, tiedBatch, type Batch } from './batches.js';
import { matches } from './check-distance.js';
import { engineTrial, finiteTrial, gradientTrial, purityStages } from './common-trials.js';
import { differentiate, evaluate } from './experiment.js';
import { createPlugin, type Lab, type Options } from './lab.js';
import { directionOfLoss } from './loss-direction.js';
import { triedWith } from './inner-loss.js';
import {
  declaring,
  isTensor,
  lossExperiment,
  quiet,
  type TriedLoss,
  termsOf,
  type LossLab,
  type LossOn,
} from './loss-lab.js';
import { readsTrials } from './loss-reads.js';
import { relationTrials } from './loss-relations.js';
import {
  float,
  fromNested,
  int,
  joinRows,
  mapValues,
  relativeError,
  showShape,
  takeRows,
  type Nested,
  type Numbers,
} from './numbers.js';
import { fault, type Trial } from './report.js';

/** Inputs of a loss by their names. Distances that are not given are the Euclidean ones of the embeddings; what else is left out is 0. */
export interface GivenInputs {
  /** Pairs: [n]. Labelled batches: [b, b]. */
  readonly distance?: Nested;
  /** As the distance, where the loss requires a similarity. */
  readonly similarity?: Nested;
  /** Pairs: [n]. */
  readonly same?: readonly number[];
  readonly left?: Nested;
  readonly right?: Nested;
  /** Triplets: distances, [n] each. */
  readonly positive?: Nested;
  readonly negative?: Nested;
  readonly swapped?: Nested;
  readonly embeddings?: Readonly<Record<'anchor' | 'positive' | 'negative', Nested>>;
  /** Labelled batches: [b] and [b, d]. */
  readonly label?: readonly number[];
  readonly embedding?: Nested;
}

/** Values of a loss computed by hand. */
export interface LossCase {
  readonly name?: string;
  readonly given: GivenInputs;
  /** The loss's own weights, where they are not the first ones. */
  readonly weights?: Readonly<Record<string, Nested>>;
  /** One value per element; of named terms, by name. Times their mask and their weight. */
  readonly values: Nested | Readonly<Record<string, Nested>>;
}

/** What is checked of a loss once it can be created. */
export function* lossTrials(
  lab: Lab,
  stated: LossDescriptor,
  given: Options,
  cases: readonly LossCase[],
): Generator<readonly Trial[]> {
  const descriptor: TriedLoss = { ...stated, consumes: triedWith(stated) };
  const { consumes } = descriptor;
  const make = (options = given) => declaring(descriptor, createPlugin<Loss<never>>(lab, descriptor, options));
  const withOptions =
    (options: Options): LossOn =>
    (batch, replaced) =>
      lossExperiment(lab, make(options), descriptor, batch, replaced);
  const on = withOptions(given);
  const loss: LossLab = {
    lab,
    descriptor,
    consumes,
    given,
    make: () => make(),
    on,
    with: withOptions,
    around: (instance, batch) => lossExperiment(lab, instance, descriptor, batch),
  };
  const ordinary = () => on(ordinaryBatch(consumes, 7));

  yield [{ name: 'shapes', run: () => shapes(lab, make, descriptor) }];
  yield* purityStages(lab, ordinary);
  yield readsTrials(loss);
  yield [
    gradientTrial(lab, 'gradient', () => [
      ordinary(),
      on(ordinaryBatch(consumes, 7, 0.3, 3)),
      on(ordinaryBatch(consumes, 6, 2, 5)),
    ]),
    gradientTrial(lab, 'ties', () => [on(tiedBatch(consumes))]),
    finiteTrial(lab, () =>
      Object.fromEntries(Object.entries(hostileBatches(consumes)).map(([name, batch]) => [name, on(batch)])),
    ),
    { name: 'direction', run: () => directionOfLoss(lab.tf, consumes, on) },
    { name: 'order', run: () => order(lab, consumes, quiet(lab, on)) },
    ...relationTrials({ ...loss, on: quiet(lab, on) }),
    engineTrial(lab, `loss ${descriptor.name}`, ordinary),
    ...cases.map((example, index) => ({
      name: `case ${example.name ?? index + 1}`,
      run: () => byHand(lab, descriptor, make(), example),
    })),
  ];
}

const oddSize = 257;

function shapes(lab: Lab, make: () => Loss<never>, descriptor: TriedLoss): string {
  const { consumes } = descriptor;
  const element = { pairs: 'pair', triplets: 'triplet', batch: 'anchor or entry' }[consumes];
  const sizes = [1, 7, 64, oddSize];
  for (const n of sizes) {
    const loss = make();
    const values = (inputs: never) => {
      const output = loss.values(inputs);
      for (const [name, term] of Object.entries(termsOf(output)))
        checkTerm(n, isTensor(output) ? null : name, term, consumes, element);
      return output;
    };
    const observed = Object.assign(Object.create(loss) as Loss<never>, { values });
    const experiment = lossExperiment(lab, observed, descriptor, ordinaryBatch(consumes, n));
    const results = evaluate(lab.tf, experiment);
    for (const name of Object.keys(within('state', experiment.inputs))) {
      const [next, declared] = [results[`next state of/${name}`]?.shape, experiment.inputs[`state/${name}`].shape];
      if (loss.nextState === undefined) fault(`It declares state "${name}" and has no nextState that renews it.`);
      if (String(next) !== String(declared))
        fault(
          `Its state "${name}" is declared as ${showShape(declared)}, and nextState gives ${next ? showShape(next) : 'none'}.`,
        );
    }
  }
  return `${sizes.join(', ').replace(/, (\d+)$/, ' and $1')} examples give values that a reducer can take.`;
}

function checkTerm(
  n: number,
  name: string | null,
  { values, mask, divisor }: Term,
  consumes: Consumes,
  element: string,
): void {
  const what = name === null ? 'values' : `the values of its term "${name}"`;
  if (values.rank === 0 && divisor === undefined)
    fault(
      `For ${n} examples it returns a single number as ${what}. Return one value per ${element}; the reducer of the spec makes the number. Of what is reduced already, return a term with divisor: 1.`,
    );
  // A column of one value each, or what it becomes beside a row. Nothing else is as long as this.
  const broadcast = n === oddSize && [`${n},1`, `${n},${n}`].includes(String(values.shape));
  if (name === null && consumes !== 'batch' && broadcast)
    fault(
      `For ${n} ${consumes} it returns ${what} of shape ${showShape(values.shape)}. Return one value per ${element}, [${n}].`,
    );
  if (values.dtype !== 'float32') fault(`It returns ${what} as ${values.dtype}. Return float32.`);
  if (mask !== undefined && String(mask.shape) !== String(values.shape))
    fault(
      `It returns ${what} of shape ${showShape(values.shape)} with a mask of shape ${showShape(mask.shape)}. Give the mask the shape of the values.`,
    );
}

/** In another order of the examples, the same values and the same gradient for each sample. */
function order({ tf }: Lab, consumes: Consumes, on: LossOn): string {
  const permutation = [3, 0, 6, 1, 5, 2, 4];
  const batch = ordinaryBatch(consumes, 7);
  const plain = differentiate(tf, on(batch));
  const moved = differentiate(tf, on(reordered(consumes, batch, permutation)));
  const sorted = (numbers: Numbers) => Array.from(numbers.data).sort((a, b) => a - b);
  const expected = takeRows(
    { shape: batch.embedding.shape, data: plain.gradients.embedding },
    samplesOf(consumes, permutation),
  );
  const changed = Object.keys(plain.values).find(
    (name) => relativeError(sorted(moved.values[name]), sorted(plain.values[name])) > 1e-3,
  );
  if (changed !== undefined)
    fault(
      `In another order of the same examples its ${changed === 'value' ? 'values' : `term "${changed}"`} are others. An example must count the same wherever it stands in the batch.`,
    );
  if (relativeError(moved.gradients.embedding, expected.data) > 1e-3)
    fault(
      'In another order of the same examples each gets another gradient. An example must count the same wherever it stands in the batch.',
    );
  return 'Each example counts the same wherever it stands in the batch.';
}

function byHand(lab: Lab, descriptor: TriedLoss, loss: Loss<never>, { given, weights = {}, values }: LossCase): string {
  const { batch, replaced } = givenBatch(descriptor.consumes, given);
  const experiment = lossExperiment(lab, loss, descriptor, batch, replaced);
  const own = under('weight', mapValues(weights, fromNested));
  const results = evaluate(lab.tf, { ...experiment, inputs: { ...experiment.inputs, ...own } });
  const expected = isNested(values) ? { value: values } : values;
  const found = Object.entries(expected).map(([name, nested]) => {
    if (results[name] === undefined) fault(`It has no term "${name}"; there is ${Object.keys(results).join(', ')}.`);
    return matches(results[name], fromNested(nested), name);
  });
  return found.join(' ');
}

function givenBatch(consumes: Consumes, given: GivenInputs): { batch: Batch; replaced: Record<string, Numbers> } {
  const { left, right, embeddings, embedding, same, label, ...distances } = given;
  const parts = {
    pairs: [left, right],
    triplets: [embeddings?.anchor, embeddings?.positive, embeddings?.negative],
    batch: [embedding],
  }[consumes];
  const rows = (
    same ??
    label ??
    (distances.positive as readonly number[] | undefined) ??
    (parts[0] as readonly Nested[])
  ).length;
  const blank = float([rows, dimension], new Float32Array(rows * dimension));
  return {
    batch: {
      embedding: joinRows(...parts.map((part) => (part === undefined ? blank : fromNested(part)))),
      facts: { ...(same && { same: float([rows], same) }), ...(label && { label: int(label) }) },
    },
    replaced: mapValues(distances as Record<string, Nested>, fromNested),
  };
}

function isNested(values: LossCase['values']): values is Nested {
  return typeof values === 'number' || Array.isArray(values);
}
