import { checkPlugin, formatReport } from 'twinspec/testing';
import { expect, test } from 'vitest';
import { plugins } from '../../../plugins/index.js';

const tried = plugins.filter(({ kind }) => kind !== 'engine');

/** Options without a default. */
const required: Readonly<Record<string, Readonly<Record<string, unknown>>>> = {
  ...Object.fromEntries(
    ['constant', 'cosine', 'one-cycle', 'reduce-on-plateau'].map((name) => [name, { value: 0.01 }]),
  ),
  exponential: { value: 0.01, factor: 0.9 },
  step: { value: 0.01, everyEpochs: 2 },
};

test.each(tried.map((plugin) => [plugin.kind, plugin.name, plugin] as const))(
  'the shipped %s %s raises no alarm',
  async (_kind, _name, plugin) => {
    const report = await checkPlugin(plugin, { with: required[plugin.name] ?? {} });
    expect(report.ok, formatReport(report)).toBe(true);
  },
);
