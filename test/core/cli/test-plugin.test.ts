import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { CheckReport } from 'twinspec/testing';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { runCli as twinspec } from '../../support/run-cli.js';

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'twinspec-test-plugin-'));
});
afterEach(() => rm(folder, { recursive: true }));

async function written(text: string): Promise<string> {
  const file = join(folder, 'mine.js');
  await writeFile(file, `import { defineDistance, TwinspecError } from 'twinspec/plugin';\n${text}`);
  return file;
}

const distance = (name: string, between: string, more = '') => `defineDistance({
  name: '${name}', summary: 'Mine.', inject: ['tf'], ${more}
  create: (options, tf) => ({ between: (a, b) => ${between} }),
})`;
const squared = 'tf.sum(tf.square(tf.sub(a, b)), -1)';

describe('twinspec test-plugin', () => {
  test('checks every plugin of a file, and names the faults of each', async () => {
    const good = distance('acme/good', squared);
    const bad = distance('acme/bad', `tf.sqrt(${squared})`);
    const { status, stdout, stderr } = await twinspec(
      'test-plugin',
      await written(`export default [${good}, ${bad}];`),
    );
    expect(status).toBe(1);
    expect(stdout).toMatch(/^distance acme\/good: all \d+ checks passed$/m);
    expect(stdout).toMatch(/^distance acme\/bad: 1 of \d+ checks failed\n {2}FAIL {2}finite .*NaN.*safeNorm/m);
    expect(stderr).toContain('Not ready to train: distance acme/bad.');
  });

  test('writes reports as JSON', async () => {
    const { status, stdout } = await twinspec(
      'test-plugin',
      '--json',
      await written(`export default ${distance('acme/good', squared)};`),
    );
    expect(status).toBe(0);
    const [report] = JSON.parse(stdout) as CheckReport[];
    expect(report.ok).toBe(true);
    expect(report.checks.map(({ name }) => name)).toContain('gradient');
  });

  test('asks for options that have no default, and takes them', async () => {
    const options = `options: { power: { type: 'number', description: 'Of the sum.' } },`;
    const file = await written(
      `export default ${distance('acme/power', `tf.pow(${squared}, power)`, options).replace('(options, tf)', '({ power }, tf)')};`,
    );
    expect((await twinspec('test-plugin', file)).stdout).toContain('no default for power');
    expect((await twinspec('test-plugin', file, '--with', 'power=-1')).status).toBe(1);
    expect(await twinspec('test-plugin', file, '--with', 'power=2')).toMatchObject({ status: 0 });
  });

  test('shows the hint of an error that the plugin throws itself', async () => {
    const text = `export default defineDistance({ name: 'mine', summary: 'Mine.',
      create() { throw new TwinspecError('SPEC_INVALID', 'That is wrong.', { hint: 'This is right.' }); } });`;
    expect((await twinspec('test-plugin', await written(text))).stdout).toContain(
      'create    That is wrong. This is right.',
    );
  });

  test('names the line of an error in the code of the author', async () => {
    const file = await written(`\nexport default ${distance('mine', 'a.nothing.here')};`);
    expect((await twinspec('test-plugin', file)).stdout).toMatch(/FAIL {2}shapes .*It threw .* at mine\.js:5\./);
  });

  test.each([
    [['--with', 'power'], 'Write name=value'],
    [['--sample-shape', '28 by 28'], 'Write the sizes of one sample'],
  ])('refuses %j', async (flags, words) => {
    const { status, stderr } = await twinspec('test-plugin', join(folder, 'none.js'), ...flags);
    expect(status).toBe(2);
    expect(stderr).toContain(words);
  });

  test('refuses a file that is not there', async () => {
    expect(await twinspec('test-plugin', join(folder, 'none.js'))).toMatchObject({ status: 2 });
  });
});
