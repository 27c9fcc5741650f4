import { defineOptimizer } from 'twinspec/plugin';
import { adamOptions, adamRule } from './adam-rule.js';

/**
 * w' = adam((1 − η·λ)·w, g). Every weight decays, biases too, by a share that the gradient has no say in.
 * Keras's semantics. PyTorch's are the same but for ε, which stands before the bias correction there.
 */
export default defineOptimizer({
  name: 'adamw',
  summary: 'Adam, with weights that decay by a share of the learning rate.',
  reference: 'Loshchilov & Hutter, "Decoupled Weight Decay Regularization", ICLR 2019',
  options: {
    ...adamOptions,
    weightDecay: {
      type: 'number',
      minimum: 0,
      default: 0.004,
      description: 'Times the learning rate, the share of each weight that a step takes away.',
    },
  },
  inject: ['tf'],
  create({ weightDecay, ...options }, tf) {
    const adam = adamRule(options, tf);
    return {
      slots: adam.slots,
      update(inputs) {
        const decay = tf.mul(tf.mul(inputs.weight, weightDecay), inputs.learningRate);
        return adam.update({ ...inputs, weight: tf.sub(inputs.weight, decay) });
      },
    };
  },
});
