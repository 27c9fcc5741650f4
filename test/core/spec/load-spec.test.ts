import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { loadSpec } from '../../../core/spec/load-spec.js';
import { registry, smallest } from './fixtures.js';

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'twinspec-'));
});
afterAll(() => rm(folder, { recursive: true }));

async function load(content: string | Buffer): Promise<unknown> {
  const file = join(folder, 'spec.yaml');
  await writeFile(file, content);
  return loadSpec(file, { registry });
}

test('reads a file', async () => {
  expect(await load(smallest)).toMatchObject({ name: 'small', training: { epochs: 3 } });
});

test.each([
  ['empty', '', 'empty'],
  ['only a comment', '# nothing\n', 'empty'],
  ['too large', `#${'x'.repeat(256 * 1024)}`, 'larger than 262144 bytes'],
  ['no UTF-8', Buffer.from([0x6e, 0xff, 0xfe]), 'not UTF-8'],
])('a file that is %s', async (_, content, message) => {
  const file = join(folder, 'spec.yaml');
  await expect(load(content)).rejects.toMatchObject({
    code: 'SPEC_FILE',
    message: expect.stringContaining(message) as string,
    problems: [{ code: 'SPEC_FILE', file }],
  });
});

test('a missing file and a folder', async () => {
  const missing = join(folder, 'missing.yaml');
  await expect(loadSpec(missing, { registry })).rejects.toMatchObject({
    code: 'SPEC_FILE',
    problems: [{ file: missing }],
  });
  await expect(loadSpec(folder, { registry })).rejects.toMatchObject({ code: 'SPEC_FILE' });
});

test('problems name the file as it was given', async () => {
  await expect(load('version: 1\nbogus: 1\n')).rejects.toMatchObject({
    problems: [{ file: join(folder, 'spec.yaml') }, {}, {}, {}, {}, {}],
  });
});
