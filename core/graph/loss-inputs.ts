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
  /** [samples, d], in the order of `batchFeed`. */
  readonly embedding: Tensor;
  /** What was fed with the samples. */
  readonly inputs: Tensors;
}

/**
 * Relates the embeddings of a batch as a loss consumes them. Which unit can become which form is decided, with a reason, by
 * plugin/units.ts before any tensor exists.
 */
export const relate: { readonly [C in Consumes]: (tf: Tf, batch: Embedded) => RelationsOf[C] } = {
  pairs(tf, batch) {
    const sides = sidesOfPairs(tf, batch);
    const apart = batch.measure.between(sides.left, sides.right);
    return { distance: apart, similarity: similarityOf(batch, apart), ...sides };
  },

  triplets(tf, batch) {
    const { measure, embedding } = batch;
    const [anchor, positive, negative] = tf.split(embedding, 3);
    const apart = {
      positive: measure.between(anchor, positive),
      negative: measure.between(anchor, negative),
      swapped: measure.between(positive, negative),
    };
    const similarity = batch.similar
      ? {
          positive: measure.toSimilarity(apart.positive),
          negative: measure.toSimilarity(apart.negative),
          swapped: measure.toSimilarity(apart.swapped),
        }
      : null;
    return { ...apart, similarity, embeddings: { anchor, positive, negative } };
  },

  batch(tf, batch) {
    const {
      measure,
      embedding,
      inputs: { label },
    } = batch;
    const alike = tf.cast(tf.equal(tf.expandDims(label, 1), tf.expandDims(label, 0)), 'float32'); // [b, b]
    const apart = measure.matrix(embedding, embedding); // [b, b]
    return {
      distance: apart,
      similarity: similarityOf(batch, apart),
      same: tf.sub(alike, tf.eye(label.shape[0])),
      different: tf.sub(1, alike),
      embedding,
      label,
    };
  },
};

function similarityOf({ similar, measure }: Embedded, apart: Tensor): Tensor | null {
  return similar ? measure.toSimilarity(apart) : null;
}

type SidesOfPairs = Pick<RelationsOf['pairs'], 'left' | 'right' | 'same'>;

function sidesOfPairs(tf: Tf, { unit, embedding, inputs }: Embedded): SidesOfPairs {
  if (unit === 'rows') return allPairs(tf, embedding, inputs.label);
  if (unit === 'pairs') {
    const [left, right] = tf.split(embedding, 2);
    return { left, right, same: inputs.same };
  }
  const [anchor, positive, negative] = tf.split(embedding, 3);
  const same = tf.concat([tf.ones([anchor.shape[0]]), tf.zeros([anchor.shape[0]])]); // [2n]
  return { left: tf.concat([anchor, anchor]), right: tf.concat([positive, negative]), same };
}

/** Every unordered pair of the batch once, [b (b − 1) / 2] of them. */
function allPairs(tf: Tf, embedding: Tensor, label: Tensor): SidesOfPairs {
  const first: number[] = [];
  const second: number[] = [];
  for (let i = 0; i < label.shape[0]; i++) {
    for (let j = i + 1; j < label.shape[0]; j++) {
      first.push(i);
      second.push(j);
    }
  }
  const [i, j] = [tf.tensor1d(first, 'int32'), tf.tensor1d(second, 'int32')];
  const [left, right] = [tf.gather(embedding, i), tf.gather(embedding, j)]; // [pairs, d]
  const same = tf.cast(tf.equal(tf.gather(label, i), tf.gather(label, j)), 'float32');
  return { left, right, same };
}
