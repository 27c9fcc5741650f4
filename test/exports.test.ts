import { readFileSync } from 'node:fs';
import { expect, it } from 'vitest';
import * as twinspec from 'twinspec';
import * as plugin from 'twinspec/plugin';
import * as testing from 'twinspec/testing';

it('twinspec exports what embedders need, and nothing else', () => {
  expect(Object.keys(twinspec).sort()).toEqual([
    'TwinspecError',
    'errorCodes',
    'evaluate',
    'eventVersion',
    'loadModel',
    'loadPluginFile',
    'loadSpec',
    'resume',
    'startTraining',
    'train',
    'trainInWorker',
  ]);
});

it('twinspec/plugin exports what plugin authors need, and nothing else', () => {
  expect(Object.keys(plugin).sort()).toEqual(
    [
      'TwinspecError',
      'apiVersion',
      'countOf',
      'defineBase',
      'defineConfig',
      'defineDataset',
      'defineDistance',
      'defineEngine',
      'defineLoss',
      'defineOptimizer',
      'defineReducer',
      'defineSampler',
      'defineSchedule',
      'followedMetrics',
      'mask',
      'maskedLogSumExp',
      'maskedMax',
      'maskedMin',
      'metricDirections',
      'onBackend',
      'pick',
      'rowsOf',
      'safeNorm',
      'safeSqrt',
      'sizeOf',
      'squaredDistances',
      'stopGradient',
    ].sort(),
  );
});

it('twinspec/testing exports what tests of plugins need, and nothing else', () => {
  expect(Object.keys(testing).sort()).toEqual([
    'checkPlugin',
    'formatReport',
    'testBase',
    'testDataset',
    'testDistance',
    'testLoss',
  ]);
});

it('package.json exports the entry points', () => {
  const { exports } = JSON.parse(readFileSync('package.json', 'utf8')) as { exports: object };
  expect(Object.keys(exports)).toEqual(['.', './plugin', './testing', './spec.schema.json', './package.json']);
});
