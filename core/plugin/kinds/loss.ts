import type { Definition, Descriptor } from '../descriptor.js';
import { kind, type Metadata, type Stated } from '../kind.js';
import type { NoOptions, OptionSchemas } from '../options.js';
import type { ServiceName } from '../services.js';
import type { Tensor, TensorDeclarations, Tensors } from '../tensors.js';

/** What every loss gets beside its batch. */
interface LossInputs {
  /** The weights that the loss declared, trained with the base network. */
  readonly weights: Tensors;
  /** The state that the loss declared, as the step before left it. */
  readonly state: Tensors;
  /** How far training is, 0 to 1; a scalar. */
  readonly progress: Tensor;
}

/** n pairs of samples. */
export interface PairInputs extends LossInputs {
  /** [n] */
  readonly distance: Tensor;
  /** [n]; 1 for the same class, 0 for another, or a grade between. */
  readonly same: Tensor;
  /** Embeddings, [n, d]. */
  readonly left: Tensor;
  /** Embeddings, [n, d]. */
  readonly right: Tensor;
}

/** n triplets of samples. */
export interface TripletInputs extends LossInputs {
  /** Distance from the anchor to the positive, [n]. */
  readonly positive: Tensor;
  /** Distance from the anchor to the negative, [n]. */
  readonly negative: Tensor;
  /** Distance from the positive to the negative, [n]. */
  readonly swapped: Tensor;
  /** Embeddings of the anchors, the positives and the negatives, each [n, d]. */
  readonly embeddings: { readonly anchor: Tensor; readonly positive: Tensor; readonly negative: Tensor };
}

/** b labelled samples, all against all. */
export interface BatchInputs extends LossInputs {
  /** [b, b] */
  readonly distance: Tensor;
  /** [b, b]; 1 where two different samples share a class. The diagonal is 0. */
  readonly same: Tensor;
  /** [b, b]; 1 where the classes differ. The diagonal is 0. */
  readonly different: Tensor;
  /** [b, d] */
  readonly embedding: Tensor;
  /** Class indices, int32 [b]. */
  readonly label: Tensor;
}

export interface LossInputsOf {
  pairs: PairInputs;
  triplets: TripletInputs;
  batch: BatchInputs;
}
export type Consumes = keyof LossInputsOf;

/** One addend of a loss, not yet reduced. */
export interface Term {
  /** One value per element. */
  readonly values: Tensor;
  /** Which elements count and how much: 0 or more each, of the shape of `values`; all 1 when absent. */
  readonly mask?: Tensor;
  /** Factor of the reduced term in the total; 1 when absent. */
  readonly weight?: number;
}

/** One value per element, or named terms that are reduced and logged apart. */
export type LossOutput = Tensor | Readonly<Record<string, Term>>;

/** What is known when a loss declares its weights and state. */
export interface LossShape {
  /** The highest label of all rows of the dataset + 1; 0 when it has no labels. */
  readonly classes: number;
  /** Length of an embedding. */
  readonly dimension: number;
}

export interface Loss<C extends Consumes = Consumes> {
  values(inputs: LossInputsOf[C]): LossOutput;
  weights?(shape: LossShape): TensorDeclarations;
  state?(shape: LossShape): TensorDeclarations;
  /** The state after this step, a tensor for each declared name; no gradient flows through it. */
  nextState?(inputs: LossInputsOf[C]): Tensors;
}

declare module '../options.js' {
  interface InstanceOf {
    loss: Loss;
  }
}

const metadata = {
  consumes: {
    type: 'string',
    enum: ['pairs', 'triplets', 'batch'],
    description: 'What `values` gets. A misfit of dataset, sampler and loss is found before any tensor exists.',
  },
  margins: {
    type: 'array',
    items: { type: 'option', of: ['number', 'integer'] },
    optional: true,
    description:
      'Options that are distances which samples of two classes should keep: of pairs the distance itself, otherwise that ' +
      'beyond the matching sample. One that no distance reaches is worth a warning.',
  },
} as const satisfies Metadata;

export type LossDescriptor = Descriptor<'loss', Loss<never>> & Stated<typeof metadata>;

export const loss = kind<LossDescriptor>({
  name: 'loss',
  plural: 'losses',
  define: 'defineLoss',
  metadata,
  traits: {
    consumes: (what) => ['Consumes', what === 'batch' ? 'labelled batches' : what],
    margins: (options) => ['Margins', `${options.join(', ')}, in units of the distance`],
  },
});

/** Defines a loss over pairs, triplets or a labelled batch. */
export function defineLoss<
  const C extends Consumes,
  const O extends OptionSchemas = NoOptions,
  const I extends readonly ServiceName[] = [],
>(
  definition: Definition<O, I, Loss<C>> & Stated<typeof metadata, keyof O & string> & { readonly consumes: C },
): LossDescriptor {
  return loss.describe(definition);
}
