import { readFileSync } from 'node:fs';
import { expect, it } from 'vitest';
import * as twinspec from 'twinspec';
import * as plugin from 'twinspec/plugin';

it('twinspec exports what embedders need, and nothing else', () => {
  expect(Object.keys(twinspec).sort()).toEqual([
    'TwinspecError',
    'errorCodes',
    'evaluate',
    'eventVersion',
    'loadModel',
    'loadPluginFile',
    'loadSpec',
    'train',
  ]);
});

it('twinspec/plugin exports what plugin authors need, and nothing else', () => {
  expect(Object.keys(plugin).sort()).toEqual(
    [
      'TwinspecError',
      'apiVersion',
      'defineBase',
      'defineDataset',
      'defineDistance',
      'defineEngine',
      'defineLoss',
      'defineOptimizer',
      'defineReducer',
      'defineSampler',
      'defineSchedule',
      'mask',
      'maskedLogSumExp',
      'maskedMax',
      'maskedMin',
      'onBackend',
      'safeNorm',
      'safeSqrt',
      'sizeOf',
      'stopGradient',
    ].sort(),
  );
});

it('package.json exports the entry points', () => {
  const { exports } = JSON.parse(readFileSync('package.json', 'utf8')) as { exports: object };
  expect(Object.keys(exports)).toEqual(['.', './plugin', './spec.schema.json', './package.json']);
});
