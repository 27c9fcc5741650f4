import { mkdir, readdir, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { beforeEach, describe, expect, it } from 'vitest';
import { readModel, saveModel, type SavedModel } from '../../../core/model/model-folder.js';
import { exampleSpec } from '../../support/example-spec.js';
import { temporaryFolder } from '../../support/temporary-folder.js';

const folder = temporaryFolder();
const model: SavedModel = {
  weights: {
    'base/0/kernel': { shape: [2, 2], data: new Float32Array([1, -2, 0.5, 3]) },
    'loss/beta': { shape: [], data: new Float32Array([1.2]) },
  },
  state: { 'base/1/moving_mean': { shape: [2], data: new Float32Array([0.25, 4]) } },
  spec: exampleSpec,
  columns: { image: { shape: [2], dtype: 'uint8', scale: 1 / 255 } },
  judgingRule: 2,
  classes: 10,
  dimension: 2,
  threshold: 0.5,
};
const manifestFile = () => join(folder(), 'model', 'model.json');
const tensorsFile = () => join(folder(), 'model', 'model.safetensors');
const invalid = (...parts: string[]) => ({
  code: 'MODEL_INVALID',
  message: expect.stringMatching(new RegExp(parts.join('.*'))) as unknown,
});

describe('saveModel and readModel', () => {
  beforeEach(() => saveModel(folder(), model));

  it('keep all of a model', async () => {
    expect(await readModel(folder())).toEqual(model);
    expect((await readdir(join(folder(), 'model'))).sort()).toEqual(['model.json', 'model.safetensors']);
  });

  it('work with the folder model/ itself, whatever its name', async () => {
    expect(await readModel(join(folder(), 'model'))).toEqual(model);
    await rename(join(folder(), 'model'), join(folder(), 'best'));
    expect(await readModel(join(folder(), 'best'))).toEqual(model);
  });

  it('keep a model without state', async () => {
    const other = { ...model, state: {} };
    await saveModel(folder(), other);
    expect(await readModel(folder())).toEqual(other);
  });

  it('keep numbers that need all digits', async () => {
    const other = { ...model, threshold: 0.1 + 0.2, columns: { image: { ...model.columns['image'], scale: 1 / 3 } } };
    await saveModel(folder(), other);
    expect(await readModel(folder())).toEqual(other);
  });

  it('say which file is missing', async () => {
    await rm(tensorsFile());
    await expect(readModel(folder())).rejects.toMatchObject(invalid('model.safetensors is missing'));
    await rm(manifestFile());
    await expect(readModel(folder())).rejects.toMatchObject(invalid('holds no model', 'model.json is missing'));
    await expect(readModel(join(folder(), 'model'))).rejects.toMatchObject(invalid('model: model.json is missing'));
    await expect(readModel(join(folder(), 'nowhere'))).rejects.toMatchObject({ code: 'RUN_FOLDER' });
  });

  it('say which file cannot be read', async () => {
    await rm(tensorsFile());
    await mkdir(tensorsFile());
    await expect(readModel(folder())).rejects.toMatchObject(invalid('model.safetensors is damaged|cannot be read'));
    await rm(manifestFile());
    await mkdir(manifestFile());
    await expect(readModel(folder())).rejects.toMatchObject(invalid('model.json cannot be read \\(EISDIR\\)'));
  });

  it('find every truncation of the tensors', async () => {
    const bytes = await readFile(tensorsFile());
    for (let length = 0; length < bytes.length; length++) {
      await writeFile(tensorsFile(), bytes.subarray(0, length));
      const parts = [`expected ${bytes.length} bytes`, `found ${length} bytes`];
      await expect(readModel(folder()), `${length} bytes`).rejects.toMatchObject(
        invalid('model.safetensors', ...parts),
      );
    }
  });

  it('find a flipped bit in every byte of the tensors', async () => {
    const bytes = await readFile(tensorsFile());
    for (let at = 0; at < bytes.length; at++) {
      const flipped = Buffer.from(bytes);
      flipped[at] ^= 1 << (at % 8);
      await writeFile(tensorsFile(), flipped);
      const parts = ['model.safetensors is damaged', 'sha256'];
      await expect(readModel(folder()), `byte ${at}`).rejects.toMatchObject(invalid(...parts));
    }
  });

  it('find bytes behind the end', async () => {
    await writeFile(tensorsFile(), Buffer.concat([await readFile(tensorsFile()), Buffer.alloc(4)]));
    await expect(readModel(folder())).rejects.toMatchObject(invalid('model.safetensors is damaged', 'bytes, found'));
  });

  it('say that the manifest is damaged', async () => {
    const text = await readFile(manifestFile(), 'utf8');
    await writeFile(manifestFile(), text.slice(0, text.length / 2));
    await expect(readModel(folder())).rejects.toMatchObject(invalid('model.json is damaged'));
  });

  it('never take a place for a weight and for state', async () => {
    await expect(saveModel(folder(), { ...model, state: model.weights })).rejects.toThrow(/both a weight and state/);
  });
});

describe('saveModel', () => {
  it('says where it cannot write', async () => {
    await writeFile(join(folder(), 'model'), 'a file');
    await expect(saveModel(folder(), model)).rejects.toMatchObject({ code: 'STORAGE' });
  });
});
