import { defineOptimizer, type Descriptor } from 'twinspec/plugin';
import { beforeEach, expect, test, vi } from 'vitest';
import type { Problem } from '../../../core/errors.js';
import { createRegistry } from '../../../core/plugin/registry.js';
import { parseSpec } from '../../../core/spec/parse-spec.js';
import { validateSpec } from '../../../core/spec/validate-spec.js';
import { defaults, fakes, smallest } from './fixtures.js';

const withoutEffect = vi.fn(() => ({ momentum: 'For tests.' }));
const optimizer = (): Descriptor =>
  defineOptimizer({
    name: 'acme/asked',
    summary: 'Counts how often it is asked about its options.',
    options: { momentum: { type: 'number', default: 0, description: 'For tests.' } },
    withoutEffect,
    create: () => {
      throw new Error('not for running');
    },
  });
const asked = optimizer();
const registryOf = (...more: Descriptor[]) => createRegistry([...fakes, ...more], defaults);
const text = smallest.replace('training:', 'training:\n  optimizer: acme/asked');

beforeEach(() => void withoutEffect.mockClear());

test('a valid spec stays as it is, and its warnings are told again', () => {
  const [first, again]: Problem[][] = [[], []];
  const spec = parseSpec(text, { registry: registryOf(asked), file: 'a.yaml', onWarning: (p) => first.push(p) });
  expect(validateSpec(spec, { registry: registryOf(asked), onWarning: (p) => again.push(p) })).toBe(spec);
  expect(withoutEffect).toHaveBeenCalledOnce();
  expect(first).toMatchObject([{ path: 'training.optimizer.with.momentum', file: 'a.yaml' }]);
  expect(again).toEqual(first);
});

test.each([
  ['a copy', (spec: object) => ({ ...spec }), asked, []],
  ['a spec with an override', (spec: object) => spec, asked, ['seed=1']],
  ['a spec of other plugins of the same names', (spec: object) => spec, optimizer(), []],
])('%s is validated', (_what, change, plugin, set) => {
  const spec = parseSpec(text, { registry: registryOf(asked) });
  const other = validateSpec(change(spec), { registry: registryOf(plugin), set });
  expect(other).not.toBe(spec);
  expect(withoutEffect).toHaveBeenCalledTimes(2);
});

test('a plugin that is not there any more is missed', () => {
  const spec = parseSpec(text, { registry: registryOf(asked) });
  expect(() => validateSpec(spec, { registry: registryOf() })).toThrow('There is no optimizer named "acme/asked"');
});
