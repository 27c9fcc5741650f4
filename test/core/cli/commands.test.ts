import { execFileSync } from 'node:child_process';
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, relative } from 'node:path';
import { afterEach, beforeEach, describe, expect, it, test } from 'vitest';
import { runCli } from '../../support/run-cli.js';

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'twinspec-'));
});
afterEach(() => rmSync(folder, { recursive: true }));

function file(name: string, text: string): string {
  const path = join(folder, name);
  writeFileSync(path, text);
  return path;
}

describe('twinspec init', () => {
  it('writes a valid spec with every option, and the schema that its modeline names', async () => {
    const { status, stdout } = await runCli('init', 'mine', '--base', 'cnn', '--dir', folder);
    expect(status).toBe(0);
    expect(readdirSync(folder).sort()).toEqual(['mine.yaml', 'spec.schema.json']);
    const spec = join(folder, 'mine.yaml');
    const text = readFileSync(spec, 'utf8');
    expect(text).toMatch(/^# yaml-language-server: \$schema=\.\/spec\.schema\.json\n/);
    expect(text).toContain('    kernel: 3 # Height and width of every filter.');
    expect(stdout).toContain('twinspec train');
    expect(await runCli('validate', spec)).toMatchObject({ status: 0, stderr: '' });
  });

  it('refuses to overwrite a spec or a schema of someone else, and to write what is not valid', async () => {
    const spec = file('mine.yaml', 'mine');
    expect(await runCli('init', 'mine', '--dir', folder)).toMatchObject({ status: 2, stdout: '' });
    expect(readFileSync(spec, 'utf8')).toBe('mine');
    rmSync(spec);
    file('spec.schema.json', '{}');
    expect((await runCli('init', 'mine', '--dir', folder)).stderr).toContain('spec.schema.json exists already');
    rmSync(join(folder, 'spec.schema.json'));
    expect((await runCli('init', 'mine', '--base', 'cn', '--dir', folder)).stderr).toContain('Did you mean "cnn"?');
    expect((await runCli('init', 'My Own', '--dir', folder)).stderr).toContain('For instance my-own.');
    expect(readdirSync(folder)).toEqual([]);
  });

  it('leaves a schema that other specs may rest on, and tells how to renew one that differs', async () => {
    expect((await runCli('init', 'first', '--dir', folder)).stdout).toContain('wrote');
    const schema = join(folder, 'spec.schema.json');
    const again = await runCli('init', 'second', '--dir', folder);
    expect(again).toMatchObject({ status: 0, stderr: '' });
    expect(again.stdout).not.toContain('as it is');
    const richer = readFileSync(schema, 'utf8').replace('"Twinspec experiment"', '"Twinspec experiment" ');
    writeFileSync(schema, richer);
    const third = await runCli('init', 'third', '--dir', folder);
    expect(readFileSync(schema, 'utf8')).toBe(richer);
    expect(third.stdout).toContain('as it is, which differs');
    const [, command] = /twinspec (schema --out .*)/.exec(third.stdout)!;
    expect(await runCli(...command.split(' '))).toMatchObject({ status: 0 });
    expect((await runCli('init', 'fourth', '--dir', folder)).stdout).not.toContain('as it is');
    expect(readdirSync(folder).sort()).toEqual([
      'first.yaml',
      'fourth.yaml',
      'second.yaml',
      'spec.schema.json',
      'third.yaml',
    ]);
  });

  it('prints commands that a shell reads as they are meant', async () => {
    const dir = join(folder, "it's here");
    const { stdout } = await runCli('init', 'mine', '--dir', dir);
    const [, command] = /^Check it: +(?:npx )?twinspec (.*)$/m.exec(stdout)!;
    const words = execFileSync('sh', ['-c', `printf '%s\\n' ${command}`])
      .toString()
      .trim()
      .split('\n');
    expect(words).toEqual(['validate', relative('.', join(dir, 'mine.yaml'))]);
    expect(await runCli(...words)).toMatchObject({ status: 0, stderr: '' });
  });

  it('takes plugins of the user into spec and schema', async () => {
    const plugin = file(
      'loss.js',
      `import { defineLoss } from 'twinspec/plugin';
       export default defineLoss({ name: 'acme/mine', summary: 'Mine.', consumes: 'pairs', create: () => ({}),
         options: { slope: { type: 'number', minimum: 2, description: 'How steep.' } } });`,
    );
    expect(await runCli('init', 'a', '--loss', 'acme/mine', '--plugin', plugin, '--dir', folder)).toMatchObject({
      status: 0,
    });
    expect(readFileSync(join(folder, 'a.yaml'), 'utf8')).toContain('    slope: 3 # How steep.');
    expect(readFileSync(join(folder, 'spec.schema.json'), 'utf8')).toContain('acme/mine');
  });
});

describe('twinspec explain', () => {
  it('tells values with their origins, layers, steps, the learning rate, memory and the engine', async () => {
    file('base.yaml', 'training: { batchSize: 64, epochs: 2 }\nloss: contrastive\n');
    const spec = file(
      'mine.yaml',
      'extends: ./base.yaml\nversion: 1\nname: mine\ndataset: mnist-pairs\nbase: { use: mlp, with: { units: [16, 8] } }\n' +
        'distance: euclidean\ntraining: { learningRate: 0.002 }\n',
    );
    const { status, stdout } = await runCli('explain', spec, '--set', 'loss.with.margin=2');
    expect(status).toBe(0);
    const lines = stdout.split('\n').map((line) => line.trim().replaceAll(/ {2,}/g, '  '));
    expect(lines).toEqual(
      expect.arrayContaining([
        `name: mine  # ${spec}:3`,
        `units: [16, 8]  # ${spec}:5`,
        'activation: relu  # default',
        `use: contrastive  # ${join(folder, 'base.yaml')}:2`,
        'margin: 2  # --set loss.with.margin',
        `use: constant  # ${spec}:7`,
        `value: 0.002  # ${spec}:7`,
        `batchSize: 64  # ${join(folder, 'base.yaml')}:1`,
        'base/1  Dense  16  12,560',
        'base/2  Dense  8  136',
        '12,696 weights; embeddings of 8 numbers',
        '1,694 steps an epoch: 108,400 pairs, 64 pairs a step',
        '3,388 steps in 2 epochs',
        'pairs: train 108,400, validation none, test 17,820',
      ]),
    );
    expect(stdout).toMatch(/0\.002 ┤─{60}\n/);
    expect(stdout).toContain('55 MB samples');
  });

  it('writes JSON', async () => {
    const { stdout } = await runCli('explain', 'specs/mnist-mlp.yaml', '--json', '--set', 'training.maxSteps=100');
    const told = JSON.parse(stdout) as { totalSteps: number; origins: Record<string, string>; parameters: number };
    expect(told).toMatchObject({ totalSteps: 100, parameters: 784 * 128 + 128 + 2 * (128 * 128 + 128) });
    expect(told.origins).toMatchObject({
      'training.maxSteps': '--set training.maxSteps',
      'embedding.normalize': 'default',
    });
  });

  it('names the problems of a wrong spec', async () => {
    expect(await runCli('explain', 'specs/mnist-mlp.yaml', '--set', 'seed=-1')).toMatchObject({
      status: 2,
      stdout: '',
    });
  });
});

describe('twinspec validate', () => {
  const wrong =
    'version: 1\nname: x\ndataset: mnist-pair\nbase: mlp\ndistance: euclidean\nloss: contrastive\ntraining: { learningRate: 1, epochs: 1 }\n';

  it('judges many files, and shows the lines around each problem', async () => {
    const [first, second] = [file('a.yaml', wrong), file('b.yaml', wrong.replace('mlp', 'ml'))];
    const { status, stdout, stderr } = await runCli('validate', first, 'specs/mnist-mlp.yaml', second);
    expect(status).toBe(2);
    expect(stdout).toBe('specs/mnist-mlp.yaml: valid (mnist-mlp)\n');
    expect(stderr).toContain(`${first}:3:10`);
    expect(stderr).toContain('> 3 | dataset: mnist-pair\n    |          ^\n');
    expect(stderr).toContain(`${second}:4:7`);
  });

  it('writes JSON, with the status alone beside it', async () => {
    const { status, stdout, stderr } = await runCli(
      'validate',
      file('a.yaml', wrong),
      'specs/mnist-mlp.yaml',
      '--json',
    );
    expect([status, stderr]).toEqual([2, '']);
    const verdicts = JSON.parse(stdout) as { valid: boolean; problems: object[] }[];
    expect(verdicts.map(({ valid }) => valid)).toEqual([false, true]);
    expect(verdicts[0].problems).toEqual([expect.objectContaining({ code: 'SPEC_INVALID', line: 3, path: 'dataset' })]);
  });

  it('shows warnings, and takes the spec', async () => {
    const spec = file(
      'a.yaml',
      wrong
        .replace('mnist-pair', 'mnist-pairs')
        .replace(
          'loss: contrastive',
          'embedding: { normalize: true }\nloss: { use: contrastive, with: { margin: 3 } }',
        ),
    );
    const { status, stdout, stderr } = await runCli('validate', spec);
    expect([status, stdout]).toEqual([0, `${spec}: valid (x)\n`]);
    expect(stderr).toContain('warning: "loss.with.margin" is 3');
    const [{ warnings }] = JSON.parse((await runCli('validate', spec, '--json')).stdout) as { warnings: object[] }[];
    expect(warnings).toHaveLength(1);
  });

  it('runs no code that a spec lies beside or names', async () => {
    const trace = join(folder, 'trace');
    const evil = file('evil.js', `require('node:fs').writeFileSync(${JSON.stringify(trace)}, '')`);
    for (const use of ['./evil.js', 'evil', evil]) {
      const spec = file('spec.yaml', wrong.replace('mnist-pair', `{ use: ${use} }`));
      expect((await runCli('validate', spec)).status).toBe(2);
      expect((await runCli('explain', spec)).status).toBe(2);
    }
    expect(existsSync(trace)).toBe(false);
  });
});

describe('twinspec plugins', () => {
  it('lists all, or those of a kind', async () => {
    expect((await runCli('plugins')).stdout).toMatch(/^loss +contrastive +Pulls matching pairs/m);
    const { stdout } = await runCli('plugins', 'optimizer');
    expect(stdout).toMatch(/^optimizer +adam /m);
    expect(stdout).not.toContain('contrastive');
  });

  it('shows one with its options and an example', async () => {
    const { stdout } = await runCli('plugins', 'schedule', 'cosine');
    expect(stdout).toMatch(/^value +a number greater than 0 +required +The learning rate/m);
    expect(stdout).toContain('  training:\n    learningRate:\n      use: cosine\n      with:\n        value: 0.001\n');
  });

  it.each([
    [['plugins', 'los'], 'Did you mean "loss"?'],
    [['plugins', 'loss', 'contrastiv'], 'Did you mean "contrastive"?'],
    [['plugins', '--jso'], 'Did you mean --json?'],
  ])('%j', async (args, words) => {
    const { status, stderr } = await runCli(...args);
    expect(status).toBe(2);
    expect(stderr).toContain(words);
  });
});

test('twinspec schema writes the schema, to stdout or a file', async () => {
  const { stdout } = await runCli('schema');
  expect(JSON.parse(stdout)).toEqual(JSON.parse(readFileSync('specs/spec.schema.json', 'utf8')));
  const out = join(folder, 'schema.json');
  expect(await runCli('schema', '--out', out)).toMatchObject({ status: 0 });
  expect(readFileSync(out, 'utf8')).toBe(stdout);
  expect(await runCli('schema', '--out', join(folder, 'none/schema.json'))).toMatchObject({ status: 3 });
});

describe('twinspec completion', () => {
  it('completes commands and options in bash', async () => {
    const script = file('complete.bash', (await runCli('completion', 'bash')).stdout);
    const complete = (...words: string[]) =>
      execFileSync('bash', [
        '-c',
        `source ${script}; COMP_WORDS=(twinspec ${words.join(' ')}); COMP_CWORD=${words.length}; _twinspec; echo "\${COMPREPLY[@]}"`,
      ])
        .toString()
        .trim();
    expect(complete('expl')).toBe('explain');
    expect(complete('validate', '--js')).toBe('--json');
    expect(complete('validate', 'spec')).toBe('');
  });

  it.each(['zsh', 'fish'])('writes a script for %s', async (shell) => {
    const { status, stdout } = await runCli('completion', shell);
    expect(status).toBe(0);
    expect(stdout).toMatch(/explain/);
  });

  it('knows no other shell', async () => {
    expect((await runCli('completion', 'tcsh')).stderr).toContain('Shells: bash, zsh, fish.');
  });
});

test('every command has help with examples', async () => {
  const { stdout } = await runCli('--help');
  const commands = [...stdout.matchAll(/^ {2}([a-z-]+) [[<]/gm)]
    .map(([, name]) => name)
    .filter((name) => name !== 'help');
  expect(commands.length).toBeGreaterThan(10);
  for (const command of commands) expect((await runCli(command, '--help')).stdout).toContain('\nExamples:\n');
});
