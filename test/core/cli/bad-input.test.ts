import { mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { runCli } from '../../support/run-cli.js';

const folder = mkdtempSync(join(tmpdir(), 'twinspec-'));
const valid = 'specs/mnist-mlp.yaml';

function file(name: string, text: string): string {
  const path = join(folder, name);
  writeFileSync(path, text);
  return path;
}

const cases: [title: string, args: string[], status: number, code: string][] = [
  ['a missing spec', ['train', join(folder, 'none.yaml')], 2, 'SPEC_FILE'],
  ['an empty spec', ['train', file('empty.yaml', '')], 2, 'SPEC_'],
  ['YAML that does not parse', ['train', file('broken.yaml', 'version: [1\nname: x')], 2, 'SPEC_SYNTAX'],
  ['an unknown plugin', ['train', valid, '--set', 'loss=contrastiv'], 2, 'SPEC_INVALID'],
  ['a wrong type', ['train', valid, '--set', 'training.epochs=many'], 2, 'SPEC_INVALID'],
  ['an unknown engine', ['train', valid, '--engine', 'abacus'], 2, 'SPEC_INVALID'],
  ['a missing plugin file', ['train', valid, '--plugin', join(folder, 'none.js')], 2, 'PLUGIN_LOAD'],
  [
    'a plugin file that throws',
    ['train', valid, '--plugin', file('throws.js', '\nthrow new Error("no")')],
    2,
    'PLUGIN_LOAD',
  ],
  [
    'a plugin file without a plugin',
    ['train', valid, '--plugin', file('none.js', 'export default 7')],
    2,
    'PLUGIN_LOAD',
  ],
  ['an output folder inside a file', ['train', valid, '--out', join(file('file', ''), 'run')], 3, 'STORAGE'],
  ['an output folder that is not empty', ['train', valid, '--out', folder], 2, 'RUN_FOLDER'],
  ['a run that does not exist', ['evaluate', join(folder, 'none')], 2, 'RUN_FOLDER'],
  ['a run without a model', ['evaluate', folder], 1, 'MODEL_INVALID'],
];

describe('bad input', () => {
  it.each(cases)('%s', async (_title, args, status, code) => {
    const result = await runCli(...args);
    expect(result.stderr).toContain(code);
    expect(result.stderr).not.toMatch(/^\s+at /m);
    expect(result.stdout).toBe('');
    expect(result.status).toBe(status);
  });

  it('names an unknown command and the nearest one', async () => {
    const { status, stderr } = await runCli('trian', valid);
    expect(status).toBe(2);
    expect(stderr).toMatch(/unknown command 'trian'.*\n.*train/);
  });

  it('points at every problem of a spec at once, by line and column', async () => {
    const text =
      'version: 1\nname: x\ndataset: mnist-pair\nbase: mlp\ndistance: euclidean\nloss: contrastive\nepochs: 3\n';
    const path = file('several.yaml', text);
    const { status, stderr } = await runCli('validate', path);
    expect(status).toBe(2);
    expect(stderr).toContain(`${path}:3:10`);
    expect(stderr).toContain(`${path}:7:1`);
    expect(stderr).toContain('mnist-pairs');
  });
});

describe('help', () => {
  it.each([[], ['train'], ['evaluate'], ['validate'], ['plugins']])('of %s', async (...command) => {
    const { status, stdout } = await runCli(...command.filter(Boolean), '--help');
    expect(status).toBe(0);
    expect(stdout).toContain('Usage: twinspec');
  });
});
