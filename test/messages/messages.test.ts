import { readdirSync, readFileSync } from 'node:fs';
import { TwinspecError } from 'twinspec/plugin';
import { expect, test } from 'vitest';
import { explainProblem } from '../../core/spec/format-problem.js';
import { parseSpec } from '../../core/spec/parse-spec.js';
import { registry } from './registry.js';

const folder = new URL('specs/', import.meta.url);
const cases = readdirSync(folder).filter((file) => file.endsWith('.yaml'));

/** What someone is told about a wrong spec. Its first lines may be overrides, `# --set path=value`. */
function told(file: string): string {
  const text = readFileSync(new URL(file, folder), 'utf8');
  const set = [...text.matchAll(/^# --set (.*)$/gm)].map(([, override]) => override);
  try {
    parseSpec(text, { file, registry, set });
  } catch (error) {
    if (error instanceof TwinspecError) return `${error.problems.map(explainProblem).join('\n\n')}\n`;
    throw error;
  }
  throw new Error(`${file} is valid`);
}

test.each(cases)('%s', async (file) => {
  await expect(told(file)).toMatchFileSnapshot(`specs/${file.replace('.yaml', '.txt')}`);
});

test('there are at least 60 of them', () => {
  expect(cases.length).toBeGreaterThanOrEqual(60);
});
