import { expect, test } from 'vitest';
import { nearest } from '../../../core/words/nearest.js';

const names = ['contrastive', 'triplet', 'learningRate', 'mlp'];

test.each([
  ['contrastiv', 'contrastive'],
  ['Contrastive', 'contrastive'],
  ['learning_rate', 'learningRate'],
  ['learning-rate', 'learningRate'],
  ['mpl', undefined],
  ['ml', 'mlp'],
  ['softmax', undefined],
  ['', undefined],
  ['x'.repeat(65), undefined],
])('%s -> %s', (name, meant) => {
  expect(nearest(name, names)).toBe(meant);
});
