import { formatReport, checkPlugin } from 'twinspec/testing';
import { expect, test } from 'vitest';
import { rightLosses } from './right-losses.js';

test.each(rightLosses.map((loss) => [loss.name, loss] as const))('%s raises no alarm', async (_name, loss) => {
  const report = await checkPlugin(loss);
  expect(report.ok, formatReport(report)).toBe(true);
});
