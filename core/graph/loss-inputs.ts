import type { Unit } from '../plugin/kinds/dataset.js';
import type { Distance } from '../plugin/kinds/distance.js';
import type { BatchInputs, Consumes, PairInputs, TripletInputs } from '../plugin/kinds/loss.js';
import type { Tensor, Tensors, Tf } from '../plugin/tensors.js';
import { expectShape } from '../plugin/expect-shape.js';

type Own = 'weights' | 'state' | 'progress';
/** The part of a loss's inputs that follows from the batch. */
export type Relations =
  | ({ readonly consumes: 'pairs' } & Omit<PairInputs, Own>)
  | ({ readonly consumes: 'triplets' } & Omit<TripletInputs, Own>)
  | ({ readonly consumes: 'batch' } & Omit<BatchInputs, Own>);

/**
 * Relates the embeddings of a batch as a loss consumes them. `embedding` is [samples, d], in the order of `batchFeed`.
 * Which unit can become which form is decided, with a reason, by plugin/units.ts before any tensor exists.
 */
export function relate(
  tf: Tf,
  unit: Unit,
  consumes: Consumes,
  distance: Distance,
  embedding: Tensor,
  inputs: Tensors,
): Relations {
  if (unit === 'rows') {
    return consumes === 'batch'
      ? labelledBatch(tf, distance, embedding, inputs.label)
      : allPairs(tf, distance, embedding, inputs.label);
  }
  if (unit === 'pairs') {
    const [left, right] = tf.split(embedding, 2);
    return { consumes: 'pairs', distance: pairDistances(distance, left, right), same: inputs.same, left, right };
  }
  const [anchor, positive, negative] = tf.split(embedding, 3);
  if (consumes === 'triplets') {
    return {
      consumes: 'triplets',
      positive: pairDistances(distance, anchor, positive),
      negative: pairDistances(distance, anchor, negative),
      swapped: pairDistances(distance, positive, negative),
      embeddings: { anchor, positive, negative },
    };
  }
  const left = tf.concat([anchor, anchor]); // [2n, d]
  const right = tf.concat([positive, negative]); // [2n, d]
  const same = tf.concat([tf.ones([anchor.shape[0]]), tf.zeros([anchor.shape[0]])]); // [2n]
  return { consumes: 'pairs', distance: pairDistances(distance, left, right), same, left, right };
}

/** All distances of [n, d] to [m, d], [n, m]. */
export function distanceMatrix(tf: Tf, distance: Distance, a: Tensor, b: Tensor): Tensor {
  const all = distance.matrix?.(a, b) ?? distance.between(tf.expandDims(a, 1), tf.expandDims(b, 0));
  return expectShape('the matrix of all distances', all, [a.shape[0], b.shape[0]]);
}

/** Distances of [n, d] to [n, d], one by one, [n]. */
export function pairDistances(distance: Distance, a: Tensor, b: Tensor): Tensor {
  return expectShape('what "between" gives', distance.between(a, b), [a.shape[0]]);
}

function labelledBatch(tf: Tf, distance: Distance, embedding: Tensor, label: Tensor): Relations {
  const alike = tf.cast(tf.equal(tf.expandDims(label, 1), tf.expandDims(label, 0)), 'float32'); // [b, b]
  return {
    consumes: 'batch',
    distance: distanceMatrix(tf, distance, embedding, embedding),
    same: tf.sub(alike, tf.eye(label.shape[0])),
    different: tf.sub(1, alike),
    embedding,
    label,
  };
}

/** Every unordered pair of the batch once, [b (b − 1) / 2] of them. */
function allPairs(tf: Tf, distance: Distance, embedding: Tensor, label: Tensor): Relations {
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
  return { consumes: 'pairs', distance: pairDistances(distance, left, right), same, left, right };
}
