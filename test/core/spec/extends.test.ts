import { mkdir, mkdtemp, realpath, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { TwinspecError } from 'twinspec/plugin';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { loadSpec } from '../../../core/spec/load-spec.js';
import { parseSpec } from '../../../core/spec/parse-spec.js';
import { registry, smallest } from './fixtures.js';

let top: string;
let folder: string;
beforeAll(async () => {
  top = await realpath(await mkdtemp(join(tmpdir(), 'twinspec-')));
  folder = join(top, 'specs');
  await mkdir(join(folder, 'shared'), { recursive: true });
  await mkdir(join(top, 'specs-other'));
  await writeFile(join(top, 'secret.yaml'), 'secret: 1\n');
  await writeFile(join(top, 'specs-other', 'base.yaml'), smallest);
  await writeFile(join(folder, 'base.yaml'), smallest);
});
afterAll(() => rm(top, { recursive: true }));

async function load(files: Record<string, string>, set: string[] = []) {
  for (const [name, text] of Object.entries(files)) await writeFile(join(folder, name), text);
  return loadSpec(join(folder, Object.keys(files)[0]), { registry, set });
}

async function failure(files: Record<string, string>): Promise<TwinspecError> {
  const error: unknown = await load(files).catch((thrown: unknown) => thrown);
  if (error instanceof TwinspecError) return error;
  throw new Error('nothing was thrown');
}

describe('a spec that extends another', () => {
  test('takes over what it does not say', async () => {
    const spec = await load({ 'a.yaml': 'extends: ./base.yaml\nname: other\ntraining: { batchSize: 8 }\n' });
    expect(spec).toMatchObject({ name: 'other', training: { batchSize: 8, epochs: 3 }, base: { use: 'mlp' } });
    expect(spec).not.toHaveProperty('extends');
  });

  test('merges the options of the same plugin, also where it is written short', async () => {
    const base = smallest.replace('mlp', '{ use: mlp, with: { units: [8, 4], dropout: 0.5 } }');
    const above = 'extends: b.yaml\nbase: { with: { units: [2] } }\nloss: { with: { margin: 3 } }\n';
    const spec = await load({ 'a.yaml': above, 'b.yaml': base });
    expect(spec.base.with).toMatchObject({ units: [2], dropout: 0.5 });
    expect(spec.loss).toEqual({ use: 'contrastive', with: { margin: 3 } });
  });

  test('drops the options of another plugin', async () => {
    const base = smallest.replace('contrastive', '{ use: contrastive, with: { margin: 3 } }');
    const above = 'extends: b.yaml\ndataset: digit-rows\nloss: { use: triplet }\n';
    expect((await failure({ 'a.yaml': above, 'b.yaml': base })).problems).toMatchObject([{ code: 'SPEC_MISMATCH' }]);
  });

  test('may do so over several files, relative to each', async () => {
    await writeFile(join(folder, 'shared', 'middle.yaml'), 'extends: ../base.yaml\nseed: 5\n');
    const spec = await load({ 'a.yaml': 'extends: shared/middle.yaml\nname: top\n' });
    expect(spec).toMatchObject({ name: 'top', seed: 5, training: { epochs: 3 } });
  });

  test('is overridden by the call', async () => {
    const spec = await load({ 'a.yaml': 'extends: base.yaml\nseed: 5\n' }, ['seed=6', 'training.epochs=9']);
    expect(spec).toMatchObject({ seed: 6, training: { epochs: 9 } });
  });

  test('shows the file that a problem is in', async () => {
    const files = { 'a.yaml': 'extends: b.yaml\nseed: -1\n', 'b.yaml': smallest.replace('epochs: 3', 'epochs: 0') };
    expect((await failure(files)).problems).toMatchObject([
      { file: join(folder, 'a.yaml'), line: 2, column: 7, path: 'seed' },
      {
        file: join(folder, 'b.yaml'),
        line: 7,
        column: 11,
        path: 'training.epochs',
        frame: expect.stringContaining('> 7 |') as string,
      },
    ]);
  });

  test('works through a link to its folder', async () => {
    await symlink(folder, join(top, 'link'));
    await writeFile(join(folder, 'a.yaml'), 'extends: base.yaml\n');
    expect(await loadSpec(join(top, 'link', 'a.yaml'), { registry })).toMatchObject({ name: 'small' });
  });
});

describe('what it cannot extend', () => {
  test.each([
    ['itself', 'a.yaml', 'goes in a circle'],
    ['a missing file', 'missing.yaml', 'does not exist'],
    ['a number', '3', 'received 3'],
    ['a list', '[base.yaml]', 'received a list'],
    ['nothing', '', 'received nothing'],
    ['a file that is no YAML', 'base.txt', 'ends in .yaml'],
    ['a folder', 'folder.yaml', 'This is a folder'],
  ])('%s', async (_, value, message) => {
    await mkdir(join(folder, 'folder.yaml'), { recursive: true });
    const error = await failure({ 'a.yaml': `extends: ${value}\n` });
    expect(error.message).toContain(message);
  });

  test('a circle of two', async () => {
    const error = await failure({ 'a.yaml': 'extends: b.yaml\n', 'b.yaml': 'extends: ./a.yaml\n' });
    expect(error.problems).toMatchObject([{ code: 'SPEC_INVALID', line: 1, column: 10, path: 'extends' }]);
    expect(error.message).toContain('goes in a circle');
  });

  test('more files than the limit', async () => {
    const chain = (length: number) =>
      Object.fromEntries(
        Array.from({ length: length + 1 }, (_, i) => [
          `c${i}.yaml`,
          i === length ? smallest : `extends: c${i + 1}.yaml\n`,
        ]),
      );
    expect(await load(chain(8))).toMatchObject({ name: 'small' });
    expect((await failure(chain(9))).message).toContain('More than 8 files');
  });

  test('a file that is a list', async () => {
    const error = await failure({ 'a.yaml': 'extends: b.yaml\n', 'b.yaml': '- 1\n' });
    expect(error.problems).toMatchObject([{ file: join(folder, 'b.yaml'), line: 1, column: 1 }]);
  });

  test('anything from a text or inside a section', () => {
    expect(() => parseSpec(`extends: base.yaml\n${smallest}`, { registry })).toThrow('top level of a spec file');
    expect(() => parseSpec(`${smallest}  extends: base.yaml\n`, { registry })).toThrow('top level of a spec file');
  });
});

const ways = [
  ...['../secret.yaml', '../../secret.yaml', 'shared/../../secret.yaml', './../secret.yaml', '..//secret.yaml'],
  ...['../specs-other/base.yaml', '/etc/passwd', '/etc/passwd.yaml', '//host/share/base.yaml', '///secret.yaml'],
  ...['C:/secret.yaml', 'c:secret.yaml', 'C:\\secret.yaml', '\\\\host\\share\\base.yaml', '..\\secret.yaml'],
  ...['file:///etc/passwd.yaml', 'file://localhost/x.yaml', 'FILE:x.yaml', 'http://host/base.yaml', 'data:,x.yaml'],
  ...[
    'npm:base.yaml',
    'node:fs.yaml',
    '\\\\?\\C:\\x.yaml',
    '\\\\.\\pipe\\x.yaml',
    'base.yaml\0',
    '../secret.yaml\0.yaml',
  ],
  ...['/dev/zero', '/proc/self/environ', '/dev/stdin.yaml', '.', '..', './', '../', 'shared', 'shared/..', '~/x.yaml'],
  ...['%2e%2e/secret.yaml', '..%2fsecret.yaml', '....//secret.yaml', '．．/secret.yaml', '..\u2215secret.yaml'],
  ...['link-up.yaml', 'link-folder/secret.yaml', 'link-chain.yaml', 'link-absolute.yaml', 'link-dangling.yaml'],
];
const escapes = ways.flatMap((way) => [
  way,
  `./${way}`,
  `shared/../${way}`,
  `shared/./../${way}`,
  `./shared/../${way}`,
]);

test(`${escapes.length} ways out of the folder lead nowhere`, async () => {
  await symlink('../secret.yaml', join(folder, 'link-up.yaml'));
  await symlink('..', join(folder, 'link-folder'));
  await symlink('link-up.yaml', join(folder, 'link-chain.yaml'));
  await symlink(join(top, 'secret.yaml'), join(folder, 'link-absolute.yaml'));
  await symlink('../nowhere.yaml', join(folder, 'link-dangling.yaml'));
  expect(escapes.length).toBeGreaterThanOrEqual(200);
  for (const way of escapes) {
    const error = await failure({ 'a.yaml': `${smallest}extends: ${JSON.stringify(way)}\n` });
    expect(['SPEC_INVALID', 'SPEC_FILE', 'SPEC_SYNTAX'], way).toContain(error.code);
    expect(error.problems, way).toMatchObject([{ file: join(folder, 'a.yaml'), line: 8 }]);
    expect(error.message).not.toContain('secret:');
  }
});
