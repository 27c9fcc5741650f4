import { access, mkdir, readdir, readFile, symlink, writeFile } from 'node:fs/promises';
import { basename, join, relative } from 'node:path';
import { describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { describeEnvironment } from '../../../core/run/environment.js';
import { createRunFolder, writeStart, writeSummary } from '../../../core/run/run-folder.js';
import type { RunSummary } from '../../../core/training/events.js';
import { exampleSpec } from '../../support/example-spec.js';
import { temporaryFolder } from '../../support/temporary-folder.js';

const folder = temporaryFolder();
const now = new Date(2024, 0, 2, 3, 4, 5);

describe('createRunFolder', () => {
  it('names a folder by name and local time', async () => {
    const root = join(folder(), 'deep', 'runs');
    expect(await createRunFolder({ root, name: 'mnist-mlp', now })).toBe(join(root, 'mnist-mlp-20240102-030405'));
    expect(await readdir(root)).toEqual(['mnist-mlp-20240102-030405']);
  });

  it('gives runs of the same second folders of their own', async () => {
    const made = await Promise.all(
      Array.from({ length: 5 }, () => createRunFolder({ root: folder(), name: 'a', now })),
    );
    expect(made.map((path) => basename(path)).sort()).toEqual([
      'a-20240102-030405',
      'a-20240102-030405-2',
      'a-20240102-030405-3',
      'a-20240102-030405-4',
      'a-20240102-030405-5',
    ]);
  });

  it('takes the very folder that was asked for, new or empty', async () => {
    const out = join(folder(), 'x', 'y');
    expect(await createRunFolder({ out })).toBe(out);
    expect(await createRunFolder({ out: relative(process.cwd(), out) })).toBe(out);
    expect(await readdir(out)).toEqual([]);
  });

  it('refuses a folder with something in it and leaves it alone', async () => {
    await writeFile(join(folder(), 'thesis.txt'), 'mine');
    await expect(createRunFolder({ out: folder() })).rejects.toMatchObject({
      code: 'RUN_FOLDER',
      message: `The folder ${folder()} exists already and is not empty.`,
    });
    expect(await readdir(folder())).toEqual(['thesis.txt']);
  });

  it('refuses a file in place of a folder', async () => {
    const file = join(folder(), 'a');
    await writeFile(file, 'mine');
    await expect(createRunFolder({ out: file })).rejects.toMatchObject({ code: 'RUN_FOLDER' });
    await expect(createRunFolder({ out: join(file, 'b') })).rejects.toMatchObject({ code: 'STORAGE' });
    await expect(createRunFolder({ out: join(file, 'b', 'c') })).rejects.toMatchObject({ code: 'STORAGE' });
    await expect(createRunFolder({ root: file, name: 'a', now })).rejects.toMatchObject({ code: 'STORAGE' });
    expect(await readFile(file, 'utf8')).toBe('mine');
  });

  it('says what is wrong with a link to nowhere', async () => {
    const out = join(folder(), 'link');
    await symlink(join(folder(), 'nowhere'), out);
    await expect(createRunFolder({ out })).rejects.toMatchObject({ code: 'STORAGE' });
  });

  // The superuser may write anywhere, so that only other users see this refusal.
  it.skipIf(process.getuid?.() === 0 || process.platform === 'win32')(
    'refuses a folder without permission',
    async () => {
      const closed = join(folder(), 'closed');
      await mkdir(closed, { mode: 0o500 });
      for (const place of [{ out: closed }, { out: join(closed, 'a') }, { root: closed, name: 'a', now }]) {
        await expect(createRunFolder(place)).rejects.toMatchObject({
          code: 'STORAGE',
          message: expect.stringContaining('there is no permission') as unknown,
        });
      }
    },
  );
});

describe('the files of a run', () => {
  const engine = { engine: 'cpu', device: 'cpu', threads: 1, runtime: 'tfjs 4.22.0' };

  it('hold the spec as given and resolved, and the environment', async () => {
    const given = '# mine\nversion: 1\n';
    const environment = describeEnvironment({
      engine,
      seed: 7,
      plugins: [{ kind: 'loss', name: 'contrastive' }],
      datasetSha256: 'abc',
    });
    await writeStart(folder(), { given, spec: exampleSpec, environment });
    expect((await readdir(folder())).sort()).toEqual(['environment.json', 'spec.resolved.yaml', 'spec.yaml']);
    expect(await readFile(join(folder(), 'spec.yaml'), 'utf8')).toBe(given);
    expect(parse(await readFile(join(folder(), 'spec.resolved.yaml'), 'utf8'))).toEqual(exampleSpec);
    const written = JSON.parse(await readFile(join(folder(), 'environment.json'), 'utf8')) as unknown;
    expect(written).toEqual(environment);
    expect(written).toMatchObject({
      node: process.versions.node,
      tfjs: '4.22.0',
      engine,
      seed: 7,
      plugins: [{ kind: 'loss', name: 'contrastive' }],
      dataset: { sha256: 'abc' },
      os: { platform: process.platform, arch: process.arch },
    });
  });

  it('hold the summary', async () => {
    const summary: RunSummary = {
      version: 1,
      name: 'example',
      seed: 7,
      engine,
      epochs: 20,
      steps: 100,
      endedBy: 'epochs',
      timing: { steps: 9, msPerStep: 1.5, secondsPerEpoch: 2, totalSeconds: 41 },
      trainingLoss: 0.1,
      restoredStep: null,
      validation: null,
      test: null,
      threshold: 0.5,
      data: { judged: { validation: null, calibration: null, test: null }, overlaps: [] },
      warnings: [],
      weightsSha256: 'abc',
    };
    await writeSummary(folder(), summary);
    expect(JSON.parse(await readFile(join(folder(), 'summary.json'), 'utf8'))).toEqual(summary);
  });

  it('are missing where the folder is gone, and the error says so', async () => {
    const gone = join(folder(), 'gone');
    await expect(writeSummary(gone, {} as RunSummary)).rejects.toMatchObject({ code: 'STORAGE' });
    await expect(access(gone)).rejects.toThrow();
  });
});
