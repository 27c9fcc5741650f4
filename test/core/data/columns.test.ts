import { open, writeFile, type FileHandle } from 'node:fs/promises';
import { join } from 'node:path';
import { defineBase, defineDataset, type Column, type Examples } from 'twinspec/plugin';
import { afterEach, expect, it } from 'vitest';
import { evaluate, loadModel, train, type SpecInput } from 'twinspec';
import { stream } from '../../../core/random/stream.js';
import cpu from '../../../plugins/engines/cpu.js';
import onnx from '../../../plugins/engines/onnx/index.js';
import { blobSpec } from '../../support/blobs.js';
import { absence } from '../../support/engines.js';
import { temporaryFolder } from '../../support/temporary-folder.js';

const folder = temporaryFolder();
const rows = 120;
const pixels = 12;
const { integer, normal } = stream(1, 'columns');
const bytes = Uint8Array.from({ length: rows * pixels }, (_, index) => {
  const label = Math.floor(index / pixels) % 3;
  return Math.min(255, 60 * (1 + ((index + label) % 3)) + integer(30));
});
const numbers = Float32Array.from({ length: rows * 2 }, (_, index) => (Math.floor(index / 2) % 3) + 0.1 * normal());

function examples(start: number): Examples {
  const left = Int32Array.from({ length: 36 }, (_, index) => start + index);
  return {
    unit: 'pairs',
    left,
    right: left.map((row, index) => row + (index % 2 === 0 ? 3 : 1)),
    same: Float32Array.from(left, (_, index) => 1 - (index % 2)),
  };
}

const dataset = (image: () => Promise<Column>) =>
  defineDataset({
    name: 'two-columns',
    summary: 'Images of bytes, each with two numbers.',
    yields: 'pairs',
    create: () => ({
      load: async () => ({
        samples: { image: await image(), facts: { shape: [2], data: numbers } },
        labels: Int32Array.from({ length: rows }, (_, row) => row % 3),
        train: examples(0),
        validation: examples(40),
        test: examples(80),
      }),
    }),
  });
const imageForm = { shape: [2, 6], scale: 1 / 255 };
const held = dataset(() => Promise.resolve({ ...imageForm, data: bytes }));

const base = defineBase({
  name: 'two-inputs',
  summary: 'An image and numbers, each through a layer of its own.',
  inject: ['tf'],
  create: (_options, tf) => ({
    model(_first, columns) {
      const [image, facts] = Object.values(columns).map((shape) => tf.input({ shape: [...shape] }));
      const flat = tf.layers.flatten().apply(image) as typeof image;
      const one = tf.layers.dense({ units: 8, activation: 'tanh' }).apply(flat) as typeof image;
      const other = tf.layers.dense({ units: 4, activation: 'tanh' }).apply(facts) as typeof image;
      const joined = tf.layers.concatenate().apply([one, other]) as typeof image;
      return tf.model({
        inputs: [image, facts],
        outputs: tf.layers.dense({ units: 3 }).apply(joined) as typeof image,
      });
    },
  }),
});

const spec = (engine: string): SpecInput => blobSpec({ dataset: 'two-columns', base: 'two-inputs', engine });
const files: FileHandle[] = [];
afterEach(async () => {
  for (const file of files.splice(0)) await file.close();
});

/** A dataset whose images stay in a file, read by row. */
async function onDisk() {
  const path = join(folder(), 'images.bin');
  await writeFile(path, bytes);
  const reads: number[] = [];
  const stored = dataset(async () => {
    const file = await open(path);
    files.push(file);
    return {
      ...imageForm,
      dtype: 'uint8',
      rows,
      async read(wanted) {
        reads.push(wanted.length);
        const values = new Uint8Array(wanted.length * pixels);
        for (const [index, row] of wanted.entries()) await file.read(values, index * pixels, pixels, row * pixels);
        return values;
      },
    };
  });
  return { stored, reads };
}

for (const engine of [cpu, onnx]) {
  const absent = await absence(engine);
  const skip = absent !== null;

  it.skipIf(skip)(
    `${engine.name}: a base of two inputs trains on two columns, is judged, saved and loaded`,
    async () => {
      const plugins = [held, base];
      const out = join(folder(), 'run');
      const { summary, model } = await train(spec(engine.name), { plugins, folder: { out } });
      expect(summary.test!.auc).toBeGreaterThan(0.95);
      const some = { image: bytes.subarray(0, 5 * pixels), facts: numbers.subarray(0, 10) };
      const { shape, data } = await model.embed(some);
      expect([shape, Object.keys(model.columns)]).toEqual([
        [5, 3],
        ['image', 'facts'],
      ]);
      await model.dispose();

      const loaded = await loadModel(out, { plugins: [base] });
      expect(await loaded.embed(some)).toEqual({ shape, data });
      await expect(loaded.embed(bytes)).rejects.toMatchObject({
        code: 'CALL_INVALID',
        message: expect.stringContaining('lacks the column image') as string,
      });
      await expect(loaded.embed({ ...some, facts: numbers.subarray(0, 8) })).rejects.toMatchObject({
        code: 'CALL_INVALID',
        message: 'embed got 5 samples as image and 4 samples as facts.',
      });
      await loaded.dispose();
      expect(await evaluate(out, { plugins })).toMatchObject({ validation: summary.validation, test: summary.test });
    },
  );

  it.skipIf(skip)(`${engine.name}: a column that is read from disk gives the bits of one in memory`, async () => {
    const { stored, reads } = await onDisk();
    const inMemory = await train(spec(engine.name), { plugins: [held, base] });
    const fromDisk = await train(spec(engine.name), { plugins: [stored, base] });
    expect(fromDisk.summary.weightsSha256).toBe(inMemory.summary.weightsSha256);
    expect([fromDisk.summary.validation, fromDisk.summary.test]).toEqual([
      inMemory.summary.validation,
      inMemory.summary.test,
    ]);
    expect(reads.length).toBeGreaterThan(fromDisk.summary.steps);
    await inMemory.model.dispose();
    await fromDisk.model.dispose();
  });
}

it('refuses a base of one input for two columns, in words', async () => {
  await expect(train({ ...spec('cpu'), base: 'mlp' }, { plugins: [held] })).rejects.toMatchObject({
    code: 'SPEC_MISMATCH',
    message: expect.stringContaining(
      'those of dataset two-columns have 2 columns, image [2, 6] and facts [2]',
    ) as string,
  });
});
