import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { stringify } from 'yaml';
import { blobSpec } from '../../support/blobs.js';
import { runNode } from '../../support/children.js';
import { compiled } from '../../support/compiled.js';
import { temporaryFolder } from '../../support/temporary-folder.js';

const { bin, plugin } = await compiled();
const folder = temporaryFolder();

/** The Euclidean distance, with or without a warning each time that it is created and each time that it computes. */
const distance = (name: string, warning: string) => `
  import { defineDistance, safeNorm } from 'twinspec/plugin';
  export default defineDistance({
    name: '${name}', summary: 'Euclidean.', inject: ['tf', 'logger'],
    create(_options, tf, logger) {
      ${warning};
      return { between(a, b) { ${warning}; return safeNorm(tf, tf.sub(a, b)); } };
    },
  });`;

const run = (...args: string[]) => runNode([bin, ...args]).ended;
const flags = () => ['--plugin', plugin, '--plugin', join(folder(), 'mine.mjs')];

async function write(warning: string): Promise<string> {
  const spec = join(folder(), 'spec.yaml');
  await writeFile(spec, stringify({ ...blobSpec({ distance: 'acme/mine' }), evaluation: { threshold: 0.5 } }));
  await writeFile(join(folder(), 'mine.mjs'), distance('acme/mine', warning));
  return spec;
}

const occurrences = (text: string) => text.split('\n').filter((line) => line.includes('this is doubtful'));

describe.each([
  ['warns', "logger.warn('this is doubtful')", 1],
  ['does not', '', 0],
])('a plugin that %s', (_title, warning, count) => {
  it('is heard once in train, its events and its summary, and its equal warnings are summed up', async () => {
    const spec = await write(warning);
    const out = join(folder(), 'run');
    const { status, stdout, stderr } = await run('train', spec, '--out', out, ...flags());
    expect(status, stderr).toBe(0);
    // The eager engine computes a distance at every step.
    expect(occurrences(stderr)).toEqual(
      count === 0
        ? []
        : ['warning: this is doubtful', expect.stringMatching(/^warning: this is doubtful \(came \d{2,} times\)$/)],
    );
    expect(stdout).not.toContain('doubtful');
    expect(
      occurrences(await readFile(join(out, 'metrics.jsonl'), 'utf8')).filter((line) => /"type":"warning"/.test(line)),
    ).toHaveLength(count);
    const summary = JSON.parse(await readFile(join(out, 'summary.json'), 'utf8')) as { warnings: { times: number }[] };
    expect(summary.warnings).toHaveLength(count);
    expect(summary.warnings.every(({ times }) => times >= 32)).toBe(true);
    const judged = await run('evaluate', out, ...flags());
    expect(judged.status, judged.stderr).toBe(0);
    expect(occurrences(judged.stderr)).toHaveLength(count);
  });

  it('is heard once in explain and test-plugin', async () => {
    const spec = await write(warning);
    const explained = await run('explain', spec, ...flags());
    expect(explained.status, explained.stderr).toBe(0);
    expect(explained.stdout).not.toContain('doubtful');
    const tried = await run('test-plugin', join(folder(), 'mine.mjs'));
    expect(tried.status, tried.stdout).toBe(0);
    expect(occurrences(tried.stdout)).toHaveLength(count);
    const asJson = await run('explain', spec, '--json', ...flags());
    expect([
      occurrences(explained.stderr).length,
      (JSON.parse(asJson.stdout) as { warnings: [] }).warnings.length,
    ]).toEqual([count, count]);
  });
});
