import { expect, it } from 'vitest';
import { differences } from './compare.js';
import { cnnStep, mlpStep } from './steps.js';

it('compiles a training step of an MLP', async () => {
  const { inputs, body } = mlpStep(4, 12, [8, 8, 4]);
  expect(await differences(inputs, body)).toEqual([]);
});

it('compiles a training step of a CNN', async () => {
  const { inputs, body } = cnnStep(2, 14, [4, 6], 5);
  expect(await differences(inputs, body)).toEqual([]);
});
