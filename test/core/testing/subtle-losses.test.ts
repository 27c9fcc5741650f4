import type { LossDescriptor } from 'twinspec/plugin';
import { checkPlugin, formatReport, type LossCase } from 'twinspec/testing';
import { describe, expect, test } from 'vitest';
import { wrongElements } from './wrong/losses-elements.js';
import { impure } from './wrong/losses-impure.js';
import { wrongLabels } from './wrong/losses-labels.js';
import { wrongNumerics } from './wrong/losses-numerics.js';
import { wrongSigns } from './wrong/losses-signs.js';
import { wrongUnread } from './wrong/losses-unread.js';

const all = [...wrongElements, ...impure, ...wrongLabels, ...wrongNumerics, ...wrongSigns, ...wrongUnread];

/** Losses that are sound in themselves, only not those that their authors meant: none but a value by hand can tell. */
const byHand: Readonly<Record<string, LossCase>> = {
  // (1 − 0.5)²
  'wrong/hinge-of-the-square': { given: { distance: [0.5], same: [0] }, values: [0.25] },
  // −log(e⁰ / (e⁰ + e⁻¹))
  'wrong/proxy-nca-inverted': {
    given: { embedding: [[0, 0]], label: [0] },
    weights: {
      proxies: [
        [0, 0],
        [1, 0],
      ],
    },
    values: [0.3132617],
  },
};

const named = all.map(({ plugin, wrong }) => [plugin.name, plugin as LossDescriptor, wrong] as const);

describe('a loss that is subtly wrong is refused', () => {
  test.each(named)('%s', async (name, plugin, wrong) => {
    const found = await checkPlugin(plugin);
    expect(found.ok, `${wrong}\n${formatReport(found)}`).toBe(name in byHand);
    if (!(name in byHand)) return;
    const report = await checkPlugin(plugin, { cases: [byHand[name]] });
    expect(report.checks.filter(({ ok }) => !ok).map(({ name: check }) => check)).toEqual(['case 1']);
  });
});
