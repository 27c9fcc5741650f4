import { defineLoss, TwinspecError } from 'twinspec/plugin';
import { expect, test } from 'vitest';
import type { Problem } from '../../../core/errors.js';
import { createRegistry } from '../../../core/plugin/registry.js';
import { explainProblem, formatProblem } from '../../../core/words/format-problem.js';
import { parseSpec } from '../../../core/spec/parse-spec.js';
import { validateSpec } from '../../../core/spec/validate-spec.js';
import { fakes, registry, smallest } from './fixtures.js';

const doubtful = `${smallest}  validate: { everyEpochs: 9 }\n  earlyStopping: { minDelta: 0.1 }\n`;

function warningsOf(text: string): Problem[] {
  const warnings: Problem[] = [];
  parseSpec(text, { registry, file: 'a.yaml', onWarning: (warning) => warnings.push(warning) });
  return warnings;
}

test('a sound spec gives no warning', () => {
  expect(warningsOf(smallest)).toEqual([]);
});

test('warnings come in the order of the file, with place, reason and frame, and refuse nothing', () => {
  const warnings = warningsOf(doubtful);
  expect(warnings.map(({ severity, path }) => [severity, path])).toEqual([
    ['warning', 'training.validate.everyEpochs'],
    ['warning', 'training.earlyStopping'],
  ]);
  expect(warnings[0]).toMatchObject({ code: 'SPEC_MISMATCH', file: 'a.yaml' });
  expect(warnings[0].frame).toContain('everyEpochs: 9');
  expect(warnings[0].hint).toBeTruthy();
  expect(formatProblem(warnings[0])).toMatch(/^a\.yaml:\d+:\d+ {2}warning: /);
  expect(explainProblem(warnings[0])).toMatch(/^a\.yaml:\d+:\d+ {2}warning: /);
});

test('the spec is the same, whether anyone listens or not', () => {
  expect(parseSpec(doubtful, { registry })).toEqual(parseSpec(doubtful, { registry, onWarning: () => undefined }));
});

test('a spec with every default written out warns of nothing that its defaults say', () => {
  const warnings: Problem[] = [];
  validateSpec(parseSpec(smallest, { registry }), { registry, onWarning: (warning) => warnings.push(warning) });
  expect(warnings).toEqual([]);
});

test('an override is the place of its warning', () => {
  const warnings: Problem[] = [];
  const set = ['training.earlyStopping.minDelta=0.1'];
  parseSpec(smallest, { registry, set, onWarning: (warning) => warnings.push(warning) });
  expect(warnings).toMatchObject([{ set: set[0], path: 'training.earlyStopping' }]);
});

test('a plugin that throws when asked about its options is named', () => {
  const broken = defineLoss({
    name: 'broken',
    summary: 'For tests.',
    consumes: 'pairs',
    withoutEffect() {
      throw new Error('oh');
    },
    create: () => ({ values: ({ distance }) => distance }),
  });
  const defaults = {
    distance: 'euclidean',
    optimizer: 'sgd',
    reducer: 'mean',
    sampler: 'shuffle',
    schedule: 'constant',
  };
  const own = createRegistry([...fakes, broken], defaults);
  const read = () => parseSpec(smallest.replace('contrastive', 'broken'), { registry: own });
  expect(read).toThrow(TwinspecError);
  expect(read).toThrow('loss broken: withoutEffect threw: oh');
});
