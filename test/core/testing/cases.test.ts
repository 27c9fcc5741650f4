import type { Descriptor } from 'twinspec/plugin';
import { checkPlugin, type CheckLossOptions } from 'twinspec/testing';
import { expect, test } from 'vitest';
import { rightLosses } from './right-losses.js';

const loss = (name: string) => rightLosses.find((plugin) => plugin.name === `test/${name}`) as Descriptor;

/** What is said of the cases of a loss. */
async function said(name: string, cases: NonNullable<CheckLossOptions['cases']>): Promise<string[]> {
  const { checks } = await checkPlugin(loss(name), { cases });
  return checks
    .filter((check) => check.name.startsWith('case'))
    .map((check) => `${check.name}, ${check.ok ? 'ok' : 'failed'}: ${check.detail}`);
}

test('triplets, by their distances or by their embeddings', async () => {
  expect(
    await said('triplet', [
      // 1 − min(2, 0.9) + 0.2 and nothing, since 1 − 5 + 0.2 < 0.
      { given: { positive: [1, 1], negative: [2, 5], swapped: [0.9, 9] }, values: [0.3, 0] },
      // Distances 5, 13 and from (3, 4) to (5, 12) √68 = 8.246; 5 − 8.246 + 0.2 < 0.
      { given: { embeddings: { anchor: [[0, 0]], positive: [[3, 4]], negative: [[5, 12]] } }, values: [0] },
      { name: 'of a mistake', given: { positive: [1], negative: [1], swapped: [1] }, values: [0.3] },
    ]),
  ).toEqual([
    'case 1, ok: All 2 values are as computed by hand.',
    'case 2, ok: The value is as computed by hand.',
    'case of a mistake, failed: Element 0 of its value is 0.2, and 0.3 was expected.',
  ]);
});

test('labelled batches, each anchor on its own', async () => {
  // Anchor 0: softplus(1 − 2); anchor 1: softplus(1 − 3); anchor 2 has no positive.
  const distance = [
    [0, 1, 2],
    [1, 0, 3],
    [2, 3, 0],
  ];
  const values = { hard: [Math.log(1 + Math.exp(-1)), Math.log(1 + Math.exp(-2)), 0] };
  expect(await said('batch-hard', [{ given: { label: [0, 0, 1], distance }, values }])).toEqual([
    'case 1, ok: All 3 values are as computed by hand.',
  ]);
});

test('named terms, times their mask and weight', async () => {
  const given = { distance: [0.5, 0.5], same: [1, 0] };
  expect(
    await said('two-terms', [
      { given, values: { pull: [0.25, 0], push: [0, 0.125] } },
      { given, values: { drag: [0, 0] } },
    ]),
  ).toEqual([
    'case 1, ok: All 2 values are as computed by hand. All 2 values are as computed by hand.',
    'case 2, failed: It has no term "drag"; there is pull, push.',
  ]);
});
