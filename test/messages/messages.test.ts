import { readdirSync, readFileSync } from 'node:fs';
import { TwinspecError } from 'twinspec/plugin';
import type { Problem } from '../../core/errors.js';
import { expect, test } from 'vitest';
import { explainProblem } from '../../core/words/format-problem.js';
import { parseSpec } from '../../core/spec/parse-spec.js';
import { registry } from './registry.js';

const folder = new URL('specs/', import.meta.url);
const cases = readdirSync(folder).filter((file) => file.endsWith('.yaml'));

/** What someone is told about a wrong or doubtful spec. Its first lines may be overrides, `# --set path=value`. */
function told(file: string): string {
  const text = readFileSync(new URL(file, folder), 'utf8');
  const set = [...text.matchAll(/^# --set (.*)$/gm)].map(([, override]) => override);
  const problems: Problem[] = [];
  try {
    parseSpec(text, { file, registry, set, onWarning: (warning) => problems.push(warning) });
  } catch (error) {
    if (!(error instanceof TwinspecError)) throw error;
    problems.push(...error.problems);
  }
  if (problems.length === 0) throw new Error(`${file} is valid`);
  return `${problems.map((problem) => explainProblem(problem)).join('\n\n')}\n`;
}

test.each(cases)('%s', async (file) => {
  await expect(told(file)).toMatchFileSnapshot(`specs/${file.replace('.yaml', '.txt')}`);
});

test('there are at least 60 of them', () => {
  expect(cases.length).toBeGreaterThanOrEqual(60);
});
