import type { Unit } from '../plugin/kinds/dataset.js';
import type { Consumes, LossInputsOf } from '../plugin/kinds/loss.js';
import type { Tensor, Tensors, Tf } from '../plugin/tensors.js';
import type { Measure } from './network.js';

/** What every loss gets, whatever its batch. */
export type OwnInputs = Pick<LossInputsOf['pairs'], 'weights' | 'state' | 'progress' | 'noise'>;
/** The part of a loss's inputs that follows from the batch. */
export type RelationsOf = { readonly [C in Consumes]: Omit<LossInputsOf[C], keyof OwnInputs> };

/** A batch whose samples have been embedded. */
export interface Embedded {
  readonly unit: Unit;
  readonly measure: Measure;
  /** Whether the loss gets similarities. */
  readonly similar: boolean;
  /** [samples, d], in the order of `stepFeed`. */
  readonly embedding: Tensor;
  /** What was fed with the samples; see `stepInputs`. */
  readonly inputs: Tensors;
}

/**
 * Relates the embeddings of a batch as a loss consumes them. Which unit can become which form is decided, with a reason, by
 * plugin/units.ts before any tensor exists.
 */
export const relate: { readonly [C in Consumes]: (tf: Tf, batch: Embedded) => RelationsOf[C] } = {
  pairs(tf, batch) {
    const { unit, measure, embedding, inputs } = batch;
    const sides = pairing[unit](tf, embedding.shape[0]);
    const { left, right } = sides(embedding);
    const distance = measure.between(left, right);
    const labels = given(inputs.labels, sides);
    return {
      distance,
      similarity: similarityOf(batch, distance),
      same: sameness(tf, unit, inputs, labels),
      left,
      right,
      rows: sides(inputs.rows),
      labels,
      groups: given(inputs.groups, sides),
      weight: given(inputs.weight, (weight) => weightOfPairs(tf, unit, weight, sides)),
    };
  },

  triplets(tf, batch) {
    const { measure, embedding, inputs } = batch;
    const sides = (bySample: Tensor) => {
      const [anchor, positive, negative] = tf.split(bySample, 3);
      return { anchor, positive, negative };
    };
    const embeddings = sides(embedding);
    const { anchor, positive, negative } = embeddings;
    const apart = {
      positive: measure.between(anchor, positive),
      negative: measure.between(anchor, negative),
      swapped: measure.between(positive, negative),
    };
    return {
      ...apart,
      similarity: batch.similar ? mapValues(apart, measure.toSimilarity) : null,
      embeddings,
      rows: sides(inputs.rows),
      labels: given(inputs.labels, sides),
      groups: given(inputs.groups, sides),
      weight: inputs.weight ?? null,
    };
  },

  batch(tf, batch) {
    const {
      measure,
      embedding,
      inputs: { labels: label, rows, groups = null, weight = null },
    } = batch;
    const alike = tf.cast(tf.equal(tf.expandDims(label, 1), tf.expandDims(label, 0)), 'float32'); // [b, b]
    const distance = measure.matrix(embedding, embedding); // [b, b]
    return {
      distance,
      similarity: similarityOf(batch, distance),
      same: tf.sub(alike, tf.eye(label.shape[0])),
      different: tf.sub(1, alike),
      embedding,
      label,
      rows,
      groups,
      weight,
    };
  },
};

/** Both sides of every pair, of what is given by sample, [samples, …]. */
type SidesOfPairs = (bySample: Tensor) => { readonly left: Tensor; readonly right: Tensor };

/** The pairs that a batch of each unit holds. */
const pairing: { readonly [U in Unit]: (tf: Tf, samples: number) => SidesOfPairs } = {
  pairs: (tf) => (bySample) => {
    const [left, right] = tf.split(bySample, 2);
    return { left, right };
  },
  triplets: (tf) => (bySample) => {
    const [anchor, positive, negative] = tf.split(bySample, 3);
    return { left: tf.concat([anchor, anchor]), right: tf.concat([positive, negative]) };
  },
  /** Every unordered pair of the batch once, [b (b − 1) / 2] of them. */
  rows(tf, samples) {
    const first: number[] = [];
    const second: number[] = [];
    for (let one = 0; one < samples; one++) {
      for (let other = one + 1; other < samples; other++) {
        first.push(one);
        second.push(other);
      }
    }
    const [i, j] = [tf.tensor1d(first, 'int32'), tf.tensor1d(second, 'int32')];
    return (bySample) => ({ left: tf.gather(bySample, i), right: tf.gather(bySample, j) });
  },
};

function sameness(tf: Tf, unit: Unit, { same, rows }: Tensors, labels: RelationsOf['pairs']['labels']): Tensor {
  if (unit === 'pairs') return same;
  if (unit === 'rows') return tf.cast(tf.equal(labels!.left, labels!.right), 'float32');
  const triplets = rows.shape[0] / 3;
  return tf.concat([tf.ones([triplets]), tf.zeros([triplets])]);
}

/** A pair of rows counts as the product of what its rows count. */
function weightOfPairs(tf: Tf, unit: Unit, weight: Tensor, sides: SidesOfPairs): Tensor {
  if (unit === 'pairs') return weight;
  if (unit === 'triplets') return tf.concat([weight, weight]);
  const { left, right } = sides(weight);
  return tf.mul(left, right);
}

function similarityOf({ similar, measure }: Embedded, distance: Tensor): Tensor | null {
  return similar ? measure.toSimilarity(distance) : null;
}

function given<T>(tensor: Tensor | undefined, change: (tensor: Tensor) => T): T | null {
  return tensor === undefined ? null : change(tensor);
}

function mapValues<K extends string>(entries: Readonly<Record<K, Tensor>>, change: (tensor: Tensor) => Tensor) {
  const changed = (Object.entries(entries) as [K, Tensor][]).map(([name, tensor]) => [name, change(tensor)]);
  return Object.fromEntries(changed) as Record<K, Tensor>;
}
