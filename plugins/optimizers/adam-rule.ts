import type { Optimizer, OptionsOf, OptionSchemas, Tensor, Tf } from 'twinspec/plugin';

/** What adam and adamw have in common. */
export const adamOptions = {
  beta1: {
    type: 'number',
    minimum: 0,
    exclusiveMaximum: 1,
    default: 0.9,
    description: 'Share of the old mean gradient that each step keeps.',
  },
  beta2: {
    type: 'number',
    minimum: 0,
    exclusiveMaximum: 1,
    default: 0.999,
    description: 'Share of the old mean square that each step keeps.',
  },
  epsilon: { type: 'number', exclusiveMinimum: 0, default: 1e-7, description: 'Added to the root.' },
  amsgrad: {
    type: 'boolean',
    default: false,
    description: 'Divides by the largest root mean square so far, so that a rare large gradient is not forgotten.',
  },
} as const satisfies OptionSchemas;

/**
 * m' = β₁·m + (1 − β₁)·g; v' = β₂·v + (1 − β₂)·g²; w' = w − η·sqrt(1 − β₂ᵗ)/(1 − β₁ᵗ)·m' / (sqrt(v') + ε).
 * AMSGrad: max(v', all v before) takes the place of v' under the root.
 */
export function adamRule({ beta1, beta2, epsilon, amsgrad }: OptionsOf<typeof adamOptions>, tf: Tf): Optimizer {
  return {
    slots: { first: 0, second: 0, ...(amsgrad && { secondMax: 0 }) },
    update({ weight, gradient, slots, learningRate, step }) {
      const first = tf.add(slots.first, tf.mul(tf.sub(gradient, slots.first), 1 - beta1));
      const second = tf.add(slots.second, tf.mul(tf.sub(tf.square(gradient), slots.second), 1 - beta2));
      const next: Record<string, Tensor> = { first, second };
      if (amsgrad) next.secondMax = tf.maximum(slots.secondMax, second);
      const correction = tf.div(tf.sqrt(tf.sub(1, tf.pow(beta2, step))), tf.sub(1, tf.pow(beta1, step))); // scalar
      const root = tf.sqrt(next.secondMax ?? second);
      const change = tf.div(tf.mul(first, tf.mul(learningRate, correction)), tf.add(root, epsilon));
      return { weight: tf.sub(weight, change), slots: next };
    },
  };
}
