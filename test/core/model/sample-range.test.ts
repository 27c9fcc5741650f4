import { join } from 'node:path';
import { defineDataset, type LoadedDataset } from 'twinspec/plugin';
import { expect, it } from 'vitest';
import { evaluate, loadModel, train, type Model } from 'twinspec';
import { checkEmbedded } from '../../../core/model/model-calls.js';
import { blobs, blobSpec } from '../../support/blobs.js';
import { temporaryFolder } from '../../support/temporary-folder.js';

const folder = temporaryFolder();
const training = { learningRate: 0.01, batchSize: 16, epochs: 1 };

const changed = (change: (loaded: LoadedDataset) => LoadedDataset) =>
  defineDataset({
    name: 'blobs',
    summary: 'Blobs, changed.',
    yields: 'pairs',
    create: () => ({ load: async (signal) => change(await (await blobs().create({})).load(signal)) }),
  });
const floats = ({ samples }: LoadedDataset) => (samples as unknown as { point: { data: Float32Array } }).point.data;
/** Bytes from about 60 to 200. */
const bytes = changed((loaded) => ({
  ...loaded,
  samples: {
    point: { shape: [2], data: Uint8Array.from(floats(loaded), (value) => 128 + 50 * value), scale: 1 / 255 },
  },
}));

/** Uses a model of such a dataset, and returns what it warned of. */
async function warned(dataset: ReturnType<typeof changed>, use: (model: Model) => Promise<unknown>): Promise<string[]> {
  const out = join(folder(), 'run');
  const { model } = await train(blobSpec({ training }), { plugins: [dataset], folder: { out } });
  await model.dispose();
  const warnings: string[] = [];
  const loaded = await loadModel(out, { onWarning: (message) => void warnings.push(message) });
  try {
    await use(loaded);
  } finally {
    await loaded.dispose();
  }
  return warnings;
}

it('a model of bytes takes bytes in any form, and refuses what cannot be bytes', async () => {
  const warnings = await warned(bytes, async (model) => {
    const expected = await model.embed(Uint8Array.of(90, 150));
    expect(await model.embed([90, 150])).toEqual(expected);
    expect(await model.embed({ shape: [1, 2], data: [90, 150] })).toEqual(expected);
    for (const healthy of [[0, 0], [1, 0], [255, 127.5], new Uint8Array(2)]) await model.embed(healthy);
    for (const wrong of [
      [90 / 255, 150 / 255],
      [-0.3, 0.2],
      [-1, 1],
      [90, 256],
    ])
      await expect(model.embed(wrong)).rejects.toMatchObject({
        code: 'CALL_INVALID',
        message: expect.stringMatching(/^embed got values from .* as point, and the model takes bytes\.$/) as string,
        hint: 'Pass numbers from 0 to 255, as its dataset gave them; the model itself multiplies them by 0.003922.',
      });
  });
  expect(warnings).toEqual([]);
});

it('a model of other numbers warns, once, of values of another scale', async () => {
  const warnings = await warned(
    changed((loaded) => loaded),
    async (model) => {
      for (const healthy of [
        [0, 0],
        [0.4, -1],
        [3, -3],
      ])
        await model.embed(healthy);
      await model.embed([255, 3]);
      await model.embed([200, 7]);
      await model.embed([0.001, -0.002]);
    },
  );
  expect(warnings).toEqual([
    expect.stringMatching(
      /^embed got values from 3 to 255 as point, and the model was trained on values from -1\.\d+ to 1\.\d+/,
    ),
  ]);
});

it('a shape that comes with samples is checked', async () => {
  await warned(bytes, async (model) => {
    await expect(model.embed({ shape: [1, 2, 3], data: new Uint8Array(6) })).rejects.toMatchObject({
      code: 'CALL_INVALID',
      message: 'embed got samples of shape [1, 2, 3].',
      hint: 'Pass samples of shape [n, 2], as the model was trained on.',
    });
    await expect(model.embed({ shape: [2, 2], data: new Uint8Array(6) })).rejects.toMatchObject({
      message: 'embed got 6 values for the shape [2, 2].',
    });
  });
});

it('numbers beyond float32 are refused, and so are embeddings that are not finite', async () => {
  await warned(
    changed((loaded) => loaded),
    async (model) => {
      await expect(model.embed([1e39, 0])).rejects.toMatchObject({
        code: 'CALL_INVALID',
        message: 'embed got 1e+39 as value 0.',
      });
      const embeddings = { shape: [2, 2], data: Float32Array.of(0, 1, 2, Infinity) };
      expect(() => checkEmbedded(embeddings)).toThrow(
        expect.objectContaining({
          code: 'NON_FINITE',
          message: 'The embedding of sample 1 has the value Infinity.',
        }) as Error,
      );
      const sound = await model.embed([0, 1]);
      const broken = { ...sound, data: sound.data.map((value, index) => (index === 1 ? NaN : value)) };
      await expect(model.distance(sound, broken)).rejects.toMatchObject({
        code: 'CALL_INVALID',
        message: 'distance got NaN as value 1 of right.',
      });
    },
  );
});

it('a run is judged on changed data only where that is asked for, and says so', async () => {
  const out = join(folder(), 'run');
  const { summary, model } = await train(blobSpec({ training }), { plugins: [blobs()], folder: { out } });
  await model.dispose();
  const { validation, test } = summary;
  expect(await evaluate(out, { plugins: [blobs()] })).toEqual({ validation, test, warnings: [] });

  const moved = changed((loaded) => ({
    ...loaded,
    samples: { point: { shape: [2], data: floats(loaded).map((value, index) => (index === 250 ? value + 1 : value)) } },
  }));
  for (const where of [out, join(out, 'model')])
    await expect(evaluate(where, { plugins: [moved] })).rejects.toMatchObject({
      code: 'DATA_CHANGED',
      message: 'Dataset blobs gives other data than those that the model was trained and judged on.',
    });
  const judged = await evaluate(out, { plugins: [moved], changedData: true });
  expect(judged.warnings).toEqual([
    { message: 'Dataset blobs gives other data than those that the model was judged on.', times: 1 },
  ]);
  expect(judged.test).not.toEqual(test);
});
