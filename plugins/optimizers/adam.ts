import { defineOptimizer } from 'twinspec/plugin';
import { adamOptions, adamRule } from './adam-rule.js';

/**
 * m' = β₁·m + (1 − β₁)·g; v' = β₂·v + (1 − β₂)·g²; w' = w − η·sqrt(1 − β₂ᵗ)/(1 − β₁ᵗ)·m' / (sqrt(v') + ε).
 * Keras's semantics: ε is the paper's ε̂, outside the root and after the bias correction.
 */
export default defineOptimizer({
  name: 'adam',
  summary: 'Steps along a running mean of the gradient over a running root mean square.',
  reference:
    'Kingma & Ba, "Adam: A Method for Stochastic Optimization", ICLR 2015; Reddi, Kale & Kumar, ICLR 2018 (amsgrad)',
  options: adamOptions,
  inject: ['tf'],
  create: adamRule,
});
