import type {
  Consumes,
  Loss,
  LossDescriptor,
  LossOutput,
  LossRequires,
  LossShape,
  Term,
} from '../plugin/kinds/loss.js';
import { safeNorm } from '../plugin/math.js';
import type { Noise } from '../plugin/random.js';
import type { Tensor, Tensors, Tf } from '../plugin/tensors.js';
import { expectDeclared } from '../plugin/declared.js';
import { initialValues } from '../graph/initial-values.js';
import { relate } from '../graph/loss-inputs.js';
import { normalized, type Measure } from '../graph/network.js';
import { under, within } from '../graph/places.js';
import { stream } from '../random/stream.js';
import { classes, unitOf, type Batch } from './batches.js';
import type { Experiment } from './experiment.js';
import type { Lab, Options } from './lab.js';
import { float, type Numbers } from './numbers.js';
import { fault } from './report.js';

/** A loss on a batch, with some of its inputs replaced. */
export type LossOn = (batch: Batch, replaced?: Readonly<Record<string, Numbers>>) => Experiment;

/** A loss that takes one form of examples. */
export interface TriedLoss extends LossDescriptor {
  readonly consumes: Consumes;
}

/** A loss under test. */
export interface LossLab {
  readonly lab: Lab;
  readonly descriptor: LossDescriptor;
  readonly consumes: Consumes;
  /** The options that the test gives. */
  readonly given: Options;
  readonly make: () => Loss<never>;
  readonly on: LossOn;
  /** The loss with other options. */
  readonly with: (options: Options) => LossOn;
  /** An instance that the test has made something of. */
  readonly around: (loss: Loss<never>, batch: Batch) => Experiment;
}

/**
 * Distances for losses to work on: exact, and smooth wherever a distance can be. Their similarity is the cosine where
 * embeddings have length 1, else their negative.
 */
function euclidean({ tf }: Lab, { normalized }: LossRequires): Measure {
  const between = (a: Tensor, b: Tensor) => safeNorm(tf, tf.sub(a, b));
  return {
    between,
    matrix: (a, b) => between(tf.expandDims(a, 1), tf.expandDims(b, 0)),
    toSimilarity: (distance) => (normalized ? tf.sub(1, tf.div(tf.square(distance), 2)) : tf.neg(distance)),
  };
}

/** The loss under noise that changes nothing: normal numbers are 0, bytes are as large as can be. */
export function quiet({ tf }: Lab, on: LossOn): LossOn {
  const none: Noise = (_name, kind, shape) => tf.fill([...shape], kind === 'normal' ? 0 : 255);
  return (batch, replaced) => {
    const experiment = on(batch, replaced);
    return { ...experiment, run: (inputs) => experiment.run(inputs, none) };
  };
}

/** The loss, held to the names of weights and state that its descriptor states. */
export function declaring(descriptor: LossDescriptor, loss: Loss<never>): Loss<never> {
  const { weights = [], state = [] } = descriptor;
  return Object.assign(Object.create(loss) as Loss<never>, {
    weights: (shape: LossShape) => expectDeclared('weights', weights, loss.weights?.(shape)),
    state: (shape: LossShape) => expectDeclared('state', state, loss.state?.(shape)),
  });
}

/** A loss on a batch as an experiment, by the embeddings and by its own weights. */
export function lossExperiment(
  lab: Lab,
  loss: Loss<never>,
  { consumes, requires = {} }: Pick<TriedLoss, 'consumes' | 'requires'>,
  { embedding, facts, rows }: Batch,
  replaced: Readonly<Record<string, Numbers>> = {},
): Experiment {
  const { tf } = lab;
  const shape = { classes: consumes === 'batch' ? classes : 0, dimension: embedding.shape[1] };
  const first = (declared: ReturnType<NonNullable<Loss['weights']>>) =>
    initialValues(declared, (name) => stream(1, `weights/loss/${name}`));
  const weights = under('weight', first(loss.weights?.(shape) ?? {}));
  const state = under('state', first(loss.state?.(shape) ?? {}));
  const progress = float([], [0.5]);
  return {
    inputs: { embedding, ...facts, ...weights, ...state, ...under('replaced', replaced), progress },
    sources: ['embedding', ...Object.keys(weights)],
    run(inputs, noise) {
      const samples =
        rows === undefined ? inputs.embedding : tf.gather(inputs.embedding, tf.tensor1d([...rows], 'int32'));
      const lossInputs = {
        ...relate[consumes](tf, {
          unit: unitOf[consumes],
          measure: euclidean(lab, requires),
          similar: requires.similarity !== undefined,
          embedding: requires.normalized ? normalized(tf, samples) : samples,
          inputs: {
            ...inputs,
            ...(inputs.label && { labels: inputs.label }),
            rows: tf.range(0, samples.shape[0], 1, 'int32'),
          },
        }),
        ...within('replaced', inputs),
        weights: within('weight', inputs),
        state: within('state', inputs),
        progress: inputs.progress,
        noise: ((name, kind, shape) => noise(`loss/${name}`, kind, shape)) satisfies Noise,
      } as never;
      const values: Record<string, Tensor> = {};
      for (const [name, term] of Object.entries(termsOf(loss.values(lossInputs)))) values[name] = counted(tf, term);
      return { values, others: nextState(loss, lossInputs) };
    },
  };
}

/** The values of a term as they count before they are reduced. */
function counted(tf: Tf, { values, mask, weight = 1, divisor }: Term): Tensor {
  const counts = tf.mul(mask === undefined ? values : tf.mul(values, mask), weight);
  return divisor === undefined ? counts : tf.div(counts, divisor);
}

function nextState(loss: Loss<never>, inputs: never): Tensors {
  return under('next state of', loss.nextState?.(inputs) ?? {});
}

export function isTensor(value: unknown): value is Tensor {
  return typeof value === 'object' && value !== null && 'dataId' in value;
}

/** The terms of what a loss returned; a tensor is the one term `value`. Refuses what is neither. */
export function termsOf(output: LossOutput): Readonly<Record<string, Term>> {
  if (isTensor(output)) return { value: { values: output } };
  const entries = typeof output === 'object' && output !== null ? Object.entries(output) : [];
  if (entries.length === 0 || entries.some(([, term]) => !isTensor(term?.values)))
    fault('values must return a tensor, or terms such as { pull: { values } }.');
  return output;
}
