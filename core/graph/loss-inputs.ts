import type { Unit } from '../plugin/kinds/dataset.js';
import type { Distance } from '../plugin/kinds/distance.js';
import type { Consumes, LossInputsOf } from '../plugin/kinds/loss.js';
import type { Tensor, Tensors, Tf } from '../plugin/tensors.js';

/** What every loss gets, whatever its batch. */
export type OwnInputs = Pick<LossInputsOf['pairs'], 'weights' | 'state' | 'progress'>;
/** The part of a loss's inputs that follows from the batch. */
export type RelationsOf = { readonly [C in Consumes]: Omit<LossInputsOf[C], keyof OwnInputs> };

/** A batch whose samples have been embedded. */
export interface Embedded {
  readonly unit: Unit;
  readonly distance: Distance;
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
  pairs(tf, { unit, distance, embedding, inputs }) {
    if (unit === 'rows') return allPairs(tf, distance, embedding, inputs.label);
    if (unit === 'pairs') {
      const [left, right] = tf.split(embedding, 2);
      return { distance: distance.between(left, right), same: inputs.same, left, right };
    }
    const [anchor, positive, negative] = tf.split(embedding, 3);
    const left = tf.concat([anchor, anchor]); // [2n, d]
    const right = tf.concat([positive, negative]); // [2n, d]
    const same = tf.concat([tf.ones([anchor.shape[0]]), tf.zeros([anchor.shape[0]])]); // [2n]
    return { distance: distance.between(left, right), same, left, right };
  },

  triplets(tf, { distance, embedding }) {
    const [anchor, positive, negative] = tf.split(embedding, 3);
    return {
      positive: distance.between(anchor, positive),
      negative: distance.between(anchor, negative),
      swapped: distance.between(positive, negative),
      embeddings: { anchor, positive, negative },
    };
  },

  batch(tf, { distance, embedding, inputs: { label } }) {
    const alike = tf.cast(tf.equal(tf.expandDims(label, 1), tf.expandDims(label, 0)), 'float32'); // [b, b]
    return {
      distance: distanceMatrix(tf, distance, embedding, embedding),
      same: tf.sub(alike, tf.eye(label.shape[0])),
      different: tf.sub(1, alike),
      embedding,
      label,
    };
  },
};

/** All distances of [n, d] to [m, d], [n, m]. */
function distanceMatrix(tf: Tf, distance: Distance, a: Tensor, b: Tensor): Tensor {
  return distance.matrix?.(a, b) ?? distance.between(tf.expandDims(a, 1), tf.expandDims(b, 0));
}

/** Every unordered pair of the batch once, [b (b − 1) / 2] of them. */
function allPairs(tf: Tf, distance: Distance, embedding: Tensor, label: Tensor): RelationsOf['pairs'] {
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
  return { distance: distance.between(left, right), same, left, right };
}
