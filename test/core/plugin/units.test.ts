import { expect, test } from 'vitest';
import { misfit } from '../../../core/plugin/units.js';

test.each([
  ['pairs', 'pairs', true],
  ['pairs', 'triplets', false],
  ['pairs', 'batch', false],
  ['triplets', 'pairs', true],
  ['triplets', 'triplets', true],
  ['triplets', 'batch', false],
  ['rows', 'pairs', true],
  ['rows', 'triplets', false],
  ['rows', 'batch', true],
] as const)('%s as %s: %s', (unit, consumes, fits) => {
  expect(misfit(unit, consumes) === null).toBe(fits);
});
