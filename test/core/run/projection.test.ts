import { readdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { saveProjection, type Projection } from '../../../core/run/projection.js';
import { spriteOf } from '../../../core/formats/sprite.js';
import { temporaryFolder } from '../../support/temporary-folder.js';

const folder = temporaryFolder();
const read = (file: string) => readFile(join(folder(), file), 'utf8');

const projection: Projection = {
  split: 'test',
  rows: Int32Array.of(1, 3),
  embeddings: { shape: [2, 3], data: Float32Array.of(1, -0.5, 0, 2, 3, 1e-7) },
  labels: [7, 'new\nline'],
  sprite: null,
};

describe('saveProjection', () => {
  it('writes what the projector reads', async () => {
    await saveProjection(folder(), projection);
    const rows = (await read('projector/embeddings.tsv')).split('\n');
    expect(rows.map((row) => row.split('\t').map(Number))).toEqual([[1, -0.5, 0], [2, 3, Math.fround(1e-7)], [0]]);
    expect(await read('projector/metadata.tsv')).toBe('label\trow\n7\t1\nnew line\t3\n');
    expect(await read('projector_config.pbtxt')).toBe(
      'embeddings {\n  tensor_name: "test samples"\n  tensor_path: "projector/embeddings.tsv"\n  metadata_path: "projector/metadata.tsv"\n}\n',
    );
    expect(await readdir(join(folder(), 'projector'))).toEqual(['embeddings.tsv', 'metadata.tsv']);
  });

  it('names the rows only where there are no labels, without a header', async () => {
    await saveProjection(folder(), { ...projection, labels: null });
    expect(await read('projector/metadata.tsv')).toBe('1\n3\n');
  });

  it('adds what the samples look like', async () => {
    const sprite = await spriteOf({ shape: [2, 3], data: new Uint8Array(24) }, projection.rows);
    await saveProjection(folder(), { ...projection, sprite });
    expect(await read('projector_config.pbtxt')).toContain(
      '  sprite {\n    image_path: "projector/sprite.png"\n    single_image_dim: 3\n    single_image_dim: 2\n  }\n',
    );
    expect(await read('projector/sprite.png')).toContain('PNG');
  });

  it('passes on that it cannot write', async () => {
    await writeFile(join(folder(), 'projector'), '');
    await expect(saveProjection(folder(), projection)).rejects.toMatchObject({ code: 'STORAGE' });
  });
});

describe('spriteOf', () => {
  const images = { shape: [1, 2], data: Uint8Array.of(10, 11, 20, 21, 30, 31) };

  it('puts images side by side, line after line', async () => {
    expect(await spriteOf(images, Int32Array.of(2, 0, 1))).toEqual({
      width: 4,
      height: 2,
      channels: 1,
      pixels: Uint8Array.of(30, 31, 10, 11, 20, 21, 0, 0),
      tile: [2, 1],
    });
  });

  it('keeps the colors of a pixel together', async () => {
    const data = Uint8Array.from({ length: 12 }, (_, index) => index);
    expect(await spriteOf({ shape: [1, 2, 3], data }, Int32Array.of(1))).toMatchObject({
      channels: 3,
      pixels: Uint8Array.of(6, 7, 8, 9, 10, 11),
    });
  });

  it.each([
    ['no images', { shape: [6], data: new Uint8Array(6) }],
    ['of two channels', { shape: [1, 2, 2], data: new Uint8Array(4) }],
    ['not in bytes', { shape: [1, 2], data: new Float32Array(2) }],
    ['too large', { shape: [1, 9000], data: new Uint8Array(9000) }],
  ])('is null for samples that are %s', async (_what, samples) => {
    expect(await spriteOf(samples, Int32Array.of(0))).toBeNull();
  });
});
