import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { defineDataset, type Examples } from 'twinspec/plugin';
import { loadModel, train, type Model } from 'twinspec';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { blobSpec } from '../../support/blobs.js';

const shape = [8, 7, 3];
const size = 168;

/** Bytes that differ from place to place and from sample to sample. */
const bytesOf = (count: number): Uint8Array =>
  Uint8Array.from({ length: count * size }, (_, index) => (Math.imul(index + 1, 2654435761) >>> 11) % 256);

const images = defineDataset({
  name: 'images',
  summary: 'Images of noise.',
  yields: 'pairs',
  create: () => ({
    load() {
      const left = Int32Array.from({ length: 16 }, (_, index) => index);
      const pairs: Examples = {
        unit: 'pairs',
        left,
        right: left.map((row) => 31 - row),
        same: Float32Array.from(left, (row) => row % 2),
      };
      return Promise.resolve({
        samples: { image: { shape, data: bytesOf(32), scale: 1 / 255 } },
        labels: null,
        train: pairs,
        validation: null,
        test: pairs,
      });
    },
  }),
});

const plugins = [images];
const folders: string[] = [];

async function trained(seed: number): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'twinspec-embed-'));
  folders.push(folder);
  const spec = blobSpec({
    seed,
    dataset: 'images',
    base: { use: 'cnn', with: { filters: [4, 3], kernel: 2, dense: [5], batchNorm: true } },
    engine: 'onnx',
    training: { learningRate: 0.01, batchSize: 8, epochs: 1 },
  });
  const { model } = await train(spec, { plugins, folder: { out: join(folder, 'run') } });
  await model.dispose();
  return join(folder, 'run');
}

let run: string;
let other: string;
beforeAll(async () => {
  run = await trained(1);
  other = await trained(2);
});
afterAll(async () => {
  for (const folder of folders) await rm(folder, { recursive: true });
});

async function using<T>(engine: string, use: (model: Model) => Promise<T>, folder = run): Promise<T> {
  const model = await loadModel(folder, { plugins, engine });
  try {
    return await use(model);
  } finally {
    await model.dispose();
  }
}

function expectClose(actual: Float32Array, expected: Float32Array): void {
  expect(actual).toHaveLength(expected.length);
  const furthest = Math.max(...expected.map((value, index) => Math.abs(value - actual[index])));
  expect(furthest).toBeLessThan(1e-5 * Math.max(1, ...expected.map(Math.abs)));
}

describe.each(['onnx', 'cpu'])('A model on %s', (engine) => {
  it.each([1, 2, 255, 257, 600])('embeds %i samples alike, however they are given', (count) =>
    using(engine, async (model) => {
      const bytes = bytesOf(count);
      const expected = await model.embed(bytes);
      expect(expected.shape).toEqual([count, 5]);
      expect(new Set(expected.data).size).toBeGreaterThan(Math.min(count, 4));
      const shared = new Uint8Array(new SharedArrayBuffer(bytes.length));
      shared.set(bytes);
      const behindOthers = new Uint8Array(bytes.length + 3).subarray(3);
      behindOthers.set(bytes);
      for (const values of [
        Array.from(bytes),
        Float32Array.from(bytes),
        Int32Array.from(bytes),
        Float64Array.from(bytes),
        Uint8ClampedArray.from(bytes),
        Buffer.from(bytes),
        shared,
        behindOthers,
        { ...Array.from(bytes), length: bytes.length },
      ]) {
        expect(await model.embed(values), values.constructor.name).toEqual(expected);
      }
    }),
  );

  it('embeds each sample alike, alone and among others', () =>
    using(engine, async (model) => {
      const bytes = bytesOf(300);
      const { data } = await model.embed(bytes);
      for (const row of [0, 255, 256, 299]) {
        const alone = await model.embed(bytes.subarray(row * size, (row + 1) * size));
        expectClose(alone.data, data.slice(row * 5, (row + 1) * 5));
      }
      expect(await model.embed(new Uint8Array(0))).toEqual({ shape: [0, 5], data: new Float32Array(0) });
    }));

  it.each([
    ['bytes', (count: number) => bytesOf(count)],
    ['numbers', (count: number) => Float32Array.from(bytesOf(count))],
  ])('embeds %s as they are when it is called', (_, valuesOf) =>
    using(engine, async (model) => {
      const expected = await model.embed(valuesOf(600));
      const values = valuesOf(600);
      const embedding = model.embed(values);
      values.fill(0);
      expect(await embedding).toEqual(expected);
    }),
  );

  it('measures one against many, on either side, and refuses other numbers of embeddings', () =>
    using(engine, async (model) => {
      const many = await model.embed(bytesOf(300));
      const rows = (from: number, to: number) => ({ shape: [to - from, 5], data: many.data.slice(from * 5, to * 5) });
      const one = rows(7, 8);
      // The Euclidean distance, number by number.
      const expected = Float32Array.from({ length: 300 }, (_, row) =>
        Math.hypot(...Array.from({ length: 5 }, (_, at) => many.data[row * 5 + at] - one.data[at])),
      );
      expectClose(await model.distance(one, many), expected);
      expectClose(await model.distance(many, one), expected);
      expect(await model.distance(one, rows(0, 0))).toEqual(new Float32Array(0));
      for (const [left, right] of [
        [rows(0, 2), many],
        [many, rows(0, 0)],
      ] as const)
        await expect(model.distance(left, right)).rejects.toMatchObject({
          code: 'CALL_INVALID',
          hint: expect.stringContaining('on one side n may be 1') as string,
        });
    }));

  it('lets calls that run end well where it is disposed of beside them', async () => {
    const expected = await using(engine, (model) => model.embed(bytesOf(600)));
    const model = await loadModel(run, { plugins, engine });
    const calls = [model.embed(bytesOf(600)), model.embed(bytesOf(600))];
    await Promise.all([model.dispose(), model.dispose()]);
    for (const call of calls) expect(await call).toEqual(expected);
    await expect(model.embed(bytesOf(1))).rejects.toMatchObject({ code: 'CALL_INVALID' });
  });

  it('keeps its weights when another model is loaded', () =>
    using(engine, async (model) => {
      const bytes = bytesOf(3);
      const before = await model.embed(bytes);
      await using(
        engine,
        async (second) => {
          const there = await second.embed(bytes);
          expect(there).not.toEqual(before);
          expect(await model.embed(bytes)).toEqual(before);
          // Of a size that neither has compiled yet.
          expectClose((await model.embed(bytes.subarray(0, size))).data, before.data.slice(0, 5));
          expectClose((await second.embed(bytes.subarray(0, size))).data, there.data.slice(0, 5));
        },
        other,
      );
      expect(await model.embed(bytes)).toEqual(before);
    }));
});

it('gives the same embeddings on both engines', async () => {
  const [expected, actual] = [
    await using('cpu', (model) => model.embed(bytesOf(257))),
    await using('onnx', (model) => model.embed(bytesOf(257))),
  ];
  expectClose(actual.data, expected.data);
});
