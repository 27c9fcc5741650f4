import type { Tensor, Tf } from '../plugin/tensors.js';
import { attribute } from '../plugin/attribute.js';
import type { BaseOutput, BasePass } from './bound-base.js';
import type { GraphParts } from './parts.js';

/** Embeds samples as the spec asks for it. */
export function embedSamples(tf: Tf, { base, names, normalize }: GraphParts, pass: BasePass): BaseOutput {
  const output = attribute(`base ${names.base}`, () => base.apply(pass));
  return normalize ? { ...output, embedding: normalized(tf, output.embedding) } : output;
}

/** x / max(‖x‖, 1e-6), rows of [n, d]; a zero row stays zero and its gradient is finite. */
function normalized(tf: Tf, embedding: Tensor): Tensor {
  const squares = tf.sum(tf.square(embedding), -1, true); // [n, 1]
  return tf.mul(embedding, tf.rsqrt(tf.maximum(squares, 1e-12)));
}
