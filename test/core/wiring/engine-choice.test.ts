import * as tf from '@tensorflow/tfjs';
import { defineEngine, type Availability, type Engine } from 'twinspec/plugin';
import { expect, it } from 'vitest';
import { createRegistry } from '../../../core/plugin/registry.js';
import { engineChoices } from '../../../core/wiring/engine-choice.js';

const engine = (name: string, priority: number, availability: Availability) =>
  defineEngine({
    name,
    summary: 'An engine.',
    priority,
    probe: () => Promise.resolve(availability),
    create: () => Promise.resolve({ report: { engine: name } } as Engine),
  });

const engines = [
  engine('slow', 0, { available: true }),
  engine('big', 90, { available: true, notForAuto: 'no GPU is seen' }),
  engine('fast', 50, { available: true }),
  engine('absent', 100, { available: false, reason: 'it is not installed', hint: 'Install it.' }),
  engine('broken', 10, { available: false, reason: 'it is broken' }),
];

async function choices(use: string) {
  const workshop = { registry: createRegistry(engines), seed: 1, fixedSeed: -1, tf, logger: { warn: () => undefined } };
  const found = [];
  for await (const { engine, reason } of engineChoices({ engine: { use, with: {} } }, workshop)) {
    found.push({ engine: engine.report.engine, reason });
  }
  return found;
}

it('auto takes what is available by priority, and passes by what would rather not', async () => {
  const passedBy = 'the best engine that is available; absent: it is not installed; big: no GPU is seen';
  expect(await choices('auto')).toEqual([
    { engine: 'fast', reason: passedBy },
    { engine: 'slow', reason: `${passedBy}; fast: cannot run this spec; broken: it is broken` },
  ]);
});

it('takes the engine that the spec names, also one that auto passes by', async () => {
  expect(await choices('big')).toEqual([{ engine: 'big', reason: 'named by the spec' }]);
});

it.each([
  ['absent', 'it is not installed', 'Install it. Set engine: auto to take the best engine that is available.'],
  ['broken', 'it is broken', 'Set engine: auto to take the best engine that is available.'],
])('says why the engine that the spec names cannot run, and what to do: %s', async (name, reason, hint) => {
  await expect(choices(name)).rejects.toMatchObject({
    code: 'ENGINE_UNAVAILABLE',
    message: `Engine "${name}" cannot run here: ${reason}`,
    hint,
  });
});
