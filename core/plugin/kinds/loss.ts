import { tensorNames } from '../declared.js';
import type { Definition, Descriptor } from '../descriptor.js';
import { kind, type Metadata, type Stated } from '../kind.js';
import type { NoOptions, OptionSchemas } from '../options.js';
import type { Noise } from '../random.js';
import type { ServiceName } from '../services.js';
import type { Tensor, TensorDeclaration } from '../tensors.js';

/** What every loss gets beside its batch. */
interface OwnInputs<W extends string, S extends string> {
  /** The weights that the loss declared, trained with the base network. */
  readonly weights: Readonly<Record<W, Tensor>>;
  /** The state that the loss declared, as the step before left it. */
  readonly state: Readonly<Record<S, Tensor>>;
  /** How far training is, 0 to 1; a scalar. */
  readonly progress: Tensor;
  /** Random numbers of this step, another for each name; a constant for the gradient. */
  readonly noise: Noise;
  /**
   * What each example counts, [n], where the dataset or the sampler says so, else null. It is seen to already: the mask of
   * every term whose first axis is the examples is multiplied by it.
   */
  readonly weight: Tensor | null;
}

/** A tensor for each side of a pair or a triplet. */
type Sides<Side extends string> = Readonly<Record<Side, Tensor>>;

type If<Given extends boolean, T> = Given extends true ? T : null;

/** n pairs of samples. */
export interface PairInputs<
  W extends string = string,
  S extends string = string,
  Similar extends boolean = boolean,
> extends OwnInputs<W, S> {
  /** [n] */
  readonly distance: Tensor;
  /** [n]; null unless the loss requires a similarity. */
  readonly similarity: If<Similar, Tensor>;
  /** [n]; 1 for the same class, 0 for another, or a grade between. */
  readonly same: Tensor;
  /** Embeddings, [n, d]. */
  readonly left: Tensor;
  /** Embeddings, [n, d]. */
  readonly right: Tensor;
  /** Row of the dataset of each sample, int32 [n]. */
  readonly rows: Sides<'left' | 'right'>;
  /** Class numbers, int32 [n], below 0 and another each for samples without a class; null where the dataset has no labels. */
  readonly labels: Sides<'left' | 'right'> | null;
  /** Group numbers, int32 [n], −1 for samples without one; null where the dataset has no groups. */
  readonly groups: Sides<'left' | 'right'> | null;
}

type TripletSide = 'anchor' | 'positive' | 'negative';

/** n triplets of samples. */
export interface TripletInputs<
  W extends string = string,
  S extends string = string,
  Similar extends boolean = boolean,
> extends OwnInputs<W, S> {
  /** Distance from the anchor to the positive, [n]. */
  readonly positive: Tensor;
  /** Distance from the anchor to the negative, [n]. */
  readonly negative: Tensor;
  /** Distance from the positive to the negative, [n]. */
  readonly swapped: Tensor;
  /** The same as similarities; null unless the loss requires one. */
  readonly similarity: If<Similar, Readonly<Record<'positive' | 'negative' | 'swapped', Tensor>>>;
  /** Embeddings of the anchors, the positives and the negatives, each [n, d]. */
  readonly embeddings: Sides<TripletSide>;
  /** As in PairInputs. */
  readonly rows: Sides<TripletSide>;
  readonly labels: Sides<TripletSide> | null;
  readonly groups: Sides<TripletSide> | null;
}

/** b labelled samples, all against all. */
export interface BatchInputs<
  W extends string = string,
  S extends string = string,
  Similar extends boolean = boolean,
> extends OwnInputs<W, S> {
  /** [b, b] */
  readonly distance: Tensor;
  /** [b, b]; null unless the loss requires a similarity. */
  readonly similarity: If<Similar, Tensor>;
  /** [b, b]; 1 where two different samples share a class. The diagonal is 0. */
  readonly same: Tensor;
  /** [b, b]; 1 where the classes differ. The diagonal is 0. */
  readonly different: Tensor;
  /** [b, d] */
  readonly embedding: Tensor;
  /** Class numbers, int32 [b]; below 0 and another each for samples without a class, which match no other. */
  readonly label: Tensor;
  /** Row of the dataset of each sample, int32 [b]. */
  readonly rows: Tensor;
  /** Group numbers, int32 [b], −1 for samples without one; null where the dataset has no groups. */
  readonly groups: Tensor | null;
}

export interface LossInputsOf<W extends string = string, S extends string = string, Similar extends boolean = boolean> {
  pairs: PairInputs<W, S, Similar>;
  triplets: TripletInputs<W, S, Similar>;
  batch: BatchInputs<W, S, Similar>;
}
export type Consumes = keyof LossInputsOf;

/** One addend of a loss, not yet reduced. */
export interface Term {
  /**
   * Values of any shape but a scalar's, such as one an example, one a class or [b, b, b]; with a divisor also a scalar. A
   * first axis as long as the batch is taken for its examples.
   */
  readonly values: Tensor;
  /** Which values count and how much: 0 or more each, of the shape of `values`; all 1 when absent. */
  readonly mask?: Tensor;
  /** Factor of the reduced term in the total; 1 when absent. */
  readonly weight?: number;
  /**
   * What the sum of the values, each times its mask, is divided by instead of being handed to the reducer: a number or a
   * scalar; 1 for what is reduced already.
   */
  readonly divisor?: number | Tensor;
}

/** One value per element, or named terms that are reduced and logged apart. */
export type LossOutput = Tensor | Readonly<Record<string, Term>>;

/** What is known when a loss declares its weights and state. */
export interface LossShape {
  /** Number of classes among the training rows; 0 when there are no labels. */
  readonly classes: number;
  /** Length of an embedding. */
  readonly dimension: number;
}

/** `W` and `S` are the names of its own weights and state, and `Similar` whether it gets similarities, as its descriptor states. */
export interface Loss<
  C extends Consumes = Consumes,
  W extends string = string,
  S extends string = string,
  Similar extends boolean = boolean,
> {
  values(inputs: LossInputsOf<W, S, Similar>[C]): LossOutput;
  weights?(shape: LossShape): Readonly<Record<W, TensorDeclaration>>;
  state?(shape: LossShape): Readonly<Record<S, TensorDeclaration>>;
  /** The state after this step; no gradient flows through it. */
  nextState?(inputs: LossInputsOf<W, S, Similar>[C]): Readonly<Record<S, Tensor>>;
}

declare module '../options.js' {
  interface InstanceOf {
    loss: Loss;
  }
}

const names = { type: 'array', items: { type: 'string' }, minItems: 1, optional: true } as const;
const required = { const: true, optional: true } as const;

const consumed = ['pairs', 'triplets', 'batch'] as const satisfies readonly Consumes[];

const metadata = {
  consumes: {
    anyOf: [
      { type: 'string', enum: consumed },
      { type: 'object', properties: { like: { type: 'option', of: ['plugin', 'array'] } } },
    ],
    description:
      'What `values` gets: `pairs`, `triplets` or a labelled `batch`; of a loss around others what those get, `{ like }` with ' +
      'the option that names them. A misfit of dataset, sampler and loss is found before any tensor exists.',
    expected: `one of ${consumed.map((form) => `"${form}"`).join(', ')}, or { like } with the name of an option that is a loss or a list of losses`,
  },
  margins: {
    type: 'array',
    items: { type: 'option', of: ['number', 'integer'] },
    optional: true,
    description:
      'Options that are distances which samples of two classes should keep: of pairs the distance itself, otherwise that ' +
      'beyond the matching sample. One that no distance reaches is worth a warning.',
  },
  requires: {
    type: 'object',
    properties: {
      distance: names,
      similarity: { anyOf: [{ const: true }, names], optional: true },
      normalized: required,
    },
    minProperties: 1,
    optional: true,
    description:
      'What a spec must have, which is refused otherwise: one of these distances; a distance that states a similarity, any or ' +
      'one of these; embeddings of length 1.',
    expected: 'distance: names, similarity: true or names, normalized: true, or some of them',
  },
  weights: { ...tensorNames, description: 'Names of its own weights, which the function `weights` declares.' },
  state: { ...tensorNames, description: 'Names of its own state, which the function `state` declares.' },
} as const satisfies Metadata;

export type LossDescriptor = Descriptor<'loss', Loss<never>> & Stated<typeof metadata>;
export type LossRequires = NonNullable<LossDescriptor['requires']>;

export const loss = kind<LossDescriptor>({
  name: 'loss',
  plural: 'losses',
  define: 'defineLoss',
  metadata,
  traits: {
    consumes: (what) => ['Consumes', consumedInWords(what)],
    margins: (options) => ['Margins', `${options.join(', ')}, in units of the distance`],
    requires: (requires) => ['Requires', requiredInWords(requires)],
    weights: (names) => ['Own weights', names.join(', ')],
    state: (names) => ['Own state', names.join(', ')],
  },
});

function consumedInWords(what: LossDescriptor['consumes']): string {
  if (typeof what !== 'string') return `what its option ${what.like} does`;
  return what === 'batch' ? 'labelled batches' : what;
}

function requiredInWords({ distance, similarity, normalized }: LossRequires): string {
  return [
    ...(distance ? [`distance ${distance.join(' or ')}`] : []),
    ...(similarity ? [similarity === true ? 'a similarity' : `similarity ${similarity.join(' or ')}`] : []),
    ...(normalized ? ['embeddings of length 1'] : []),
  ].join('; ');
}

type IsSimilar<R extends LossRequires> = R extends { readonly similarity: true | readonly string[] } ? true : false;

/** What a loss gets: of a loss around others, whatever they do. */
type FormOf<C> = C extends Consumes ? C : Consumes;

/** Defines a loss over pairs, triplets or a labelled batch, or around other losses. */
export function defineLoss<
  const C extends LossDescriptor['consumes'],
  const O extends OptionSchemas = NoOptions,
  const I extends readonly ServiceName[] = [],
  const W extends string = never,
  const S extends string = never,
  const R extends LossRequires = Readonly<Record<never, never>>,
>(
  definition: Definition<O, I, Loss<FormOf<C>, NoInfer<W>, NoInfer<S>, IsSimilar<NoInfer<R>>>> &
    Stated<typeof metadata, keyof O & string> & {
      readonly consumes: C;
      readonly requires?: R;
      readonly weights?: readonly W[];
      readonly state?: readonly S[];
    },
): LossDescriptor {
  return loss.describe(definition);
}
