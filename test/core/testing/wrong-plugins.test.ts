import { TwinspecError, type Descriptor } from 'twinspec/plugin';
import { checkPlugin, formatReport, testDataset, testLoss } from 'twinspec/testing';
import { describe, expect, test } from 'vitest';
import { wrongBases } from './wrong/bases.js';
import { right, wrongDatasets } from './wrong/datasets.js';
import { wrongDistances } from './wrong/distances.js';
import { inverted, wrongLosses } from './wrong/losses.js';
import { wrongOthers } from './wrong/others.js';
import { wrongSamplers } from './wrong/samplers.js';

const all = [...wrongDistances, ...wrongLosses, ...wrongBases, ...wrongDatasets, ...wrongSamplers, ...wrongOthers];

describe('every plugin that is wrong on purpose is named for its fault', () => {
  test.each(all.map(([plugin, check, words]) => [plugin.kind, plugin.name, check, plugin, words] as const))(
    '%s %s: %s',
    async (_kind, _name, check, plugin: Descriptor, words) => {
      const report = await checkPlugin(plugin);
      const failed = report.checks.filter(({ ok }) => !ok);
      expect(failed.find(({ name }) => name === check)?.detail, formatReport(report)).toMatch(words);
    },
  );
});

test('a right dataset passes', () => testDataset(right));

describe('the functions for tests', () => {
  test('throw one coded error that lists what failed', async () => {
    const error: unknown = await testLoss(inverted).catch((thrown: unknown) => thrown);
    expect(error).toBeInstanceOf(TwinspecError);
    expect(error).toMatchObject({ code: 'PLUGIN_FAILED' });
    expect((error as TwinspecError).message).toMatch(
      /^loss wrong\/inverted failed \d of \d+ checks\.\n- direction: It costs more/,
    );
  });
});
