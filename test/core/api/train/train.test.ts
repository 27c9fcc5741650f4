import { mkdtemp, readdir, readFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import * as tf from '@tensorflow/tfjs';
import { describe, expect, it, vi } from 'vitest';
import { evaluate, loadModel, resume, train, type RunEvent, type TrainOptions } from 'twinspec';
import { defineDataset } from 'twinspec/plugin';
import { blobs, blobSpec } from '../../../support/blobs.js';

const plugins = [blobs()];

async function run(changes = {}, options: TrainOptions = {}) {
  const events: RunEvent[] = [];
  const result = await train(blobSpec(changes), { plugins, onEvent: (event) => events.push(event), ...options });
  await result.model.dispose();
  return { ...result, events };
}

const hashOf = async (changes = {}, options: TrainOptions = {}) => (await run(changes, options)).summary.weightsSha256;
const scratch = () => mkdtemp(join(tmpdir(), 'twinspec-'));

describe('train', () => {
  it('learns: matching pairs come close and others go apart', async () => {
    const { summary, events } = await run({ training: { learningRate: 0.01, batchSize: 16, epochs: 40 } });
    expect(summary.test!.accuracy).toBeGreaterThan(0.9);
    expect(summary.test!.meanSame).toBeLessThan(0.5);
    expect(summary.test!.meanDifferent).toBeGreaterThan(0.5);
    const losses = events.flatMap((event) => (event.type === 'epoch' ? [event.loss] : []));
    expect(losses.at(-1)).toBeLessThan(losses[0] / 2);
  });

  it('tells what it does, in order, the smaller last batch included', async () => {
    const { events } = await run({ training: { learningRate: 0.01, batchSize: 16, epochs: 2 } });
    expect(events.map(({ type }) => type)).toEqual([
      'started',
      ...['step', 'step', 'step', 'step', 'histograms', 'histograms', 'epoch'],
      ...['step', 'step', 'step', 'step', 'histograms', 'histograms', 'epoch'],
      'histograms',
      'finished',
    ]);
    const [started] = events;
    expect(started).toMatchObject({ version: 1, stepsPerEpoch: 4, totalSteps: 8, parameters: 2 * 8 + 8 + 8 * 4 + 4 });
    expect(events.flatMap((event) => (event.type === 'step' ? [event.step] : []))).toEqual([1, 2, 3, 4, 5, 6, 7, 8]);
  });

  it('tells how weights and distances are spread', async () => {
    const { events } = await run({ training: { learningRate: 0.01, batchSize: 16, epochs: 1 } });
    const told = events.flatMap((event) => (event.type === 'histograms' ? [event] : []));
    const counts = told.map(({ step, histograms }) => [
      step,
      Object.entries(histograms).map(([name, histogram]) => [name, histogram.counts.reduce((sum, n) => sum + n)]),
    ]);
    expect(counts).toEqual([
      [
        4,
        [
          ['distances/validation/same', 29],
          ['distances/validation/different', 28],
        ],
      ],
      [
        4,
        [
          ['weights/base/1/kernel', 2 * 8],
          ['weights/base/1/bias', 8],
          ['weights/base/3/kernel', 8 * 4],
          ['weights/base/3/bias', 4],
        ],
      ],
      [
        4,
        [
          ['distances/test/same', 29],
          ['distances/test/different', 28],
        ],
      ],
    ]);
  });

  it('gives the same weights for the same seed, 0 among them, and others for another', async () => {
    expect(await hashOf({ seed: 0 })).toBe(await hashOf({ seed: 0 }));
    expect(await hashOf({ seed: 0 })).not.toBe(await hashOf({ seed: 1 }));
  });

  it('takes labelled rows and triplets where the loss can be fed with them', async () => {
    for (const unit of ['rows', 'triplets'] as const) {
      const { summary } = await run({ dataset: unit }, { plugins: [blobs(unit, unit)] });
      expect(summary.test!.accuracy, unit).toBeGreaterThan(0.6);
    }
  });

  it('fits the threshold on validation and keeps it', async () => {
    const { summary } = await run({ evaluation: { threshold: 'fit' } });
    expect(summary.threshold).toBe(summary.validation!.threshold);
    expect(summary.test!.threshold).toBe(summary.threshold);
    expect(summary.threshold).not.toBe(0.5);
  });

  it('stops between two steps when its signal aborts', async () => {
    const stop = new AbortController();
    const seen: RunEvent[] = [];
    const running = train(blobSpec(), {
      plugins,
      signal: stop.signal,
      onEvent(event) {
        seen.push(event);
        if (event.type === 'epoch') stop.abort();
      },
    });
    await expect(running).rejects.toMatchObject({ code: 'ABORTED' });
    expect(seen.at(-1)).toMatchObject({ type: 'epoch', epoch: 1 });
  });

  it('names the step of a loss that is not finite', async () => {
    const running = run({
      base: { use: 'mlp', with: { units: [8, 4], activation: 'linear' } },
      training: { optimizer: 'sgd', learningRate: 1e30, batchSize: 16, epochs: 2 },
    });
    await expect(running).rejects.toMatchObject({
      code: 'NON_FINITE',
      message: expect.stringMatching(/step \d+/) as string,
    });
  });

  it('prints nothing', async () => {
    const writes = [vi.spyOn(process.stdout, 'write'), vi.spyOn(process.stderr, 'write'), vi.spyOn(console, 'log')];
    await run();
    for (const write of writes) expect(write).not.toHaveBeenCalled();
    vi.restoreAllMocks();
  });
});

describe('a run beside others', () => {
  it('is not disturbed by another run in the same process', async () => {
    const alone = [await hashOf({ seed: 1 }), await hashOf({ seed: 2 })];
    const together = await Promise.all([hashOf({ seed: 1 }), hashOf({ seed: 2 })]);
    expect(together).toEqual(alone);
  });

  it('neither disturbs a host that uses tfjs itself nor is disturbed by it', async () => {
    await tf.setBackend('cpu');
    const alone = await hashOf();
    const before = tf.memory().numTensors;
    const variable = tf.tidy(() => tf.variable(tf.scalar(2)));
    const running = hashOf();
    const optimizer = tf.train.sgd(0.1);
    for (let step = 0; step < 20; step++) {
      optimizer.minimize(() => tf.square(variable));
      expect(tf.getBackend()).toBe('cpu');
      await new Promise(setImmediate);
    }
    expect(await running).toBe(alone);
    expect(variable.dataSync()[0]).toBeCloseTo(2 * 0.8 ** 20, 6);
    variable.dispose();
    optimizer.dispose();
    expect(tf.memory().numTensors).toBe(before);
  });
});

describe('the run folder', () => {
  it('holds the run, and its model gives the same figures and embeddings later', async () => {
    const out = join(await scratch(), 'run');
    const { summary, folder, model } = await train(blobSpec(), { plugins, folder: { out } });
    expect(folder).toBe(out);
    const here = await model.embed([1, 0, 0, 1]);
    await model.dispose();
    expect((await readdir(out)).sort()).toEqual([
      'checkpoints',
      'environment.json',
      expect.stringMatching(/^events\.out\.tfevents\./),
      'metrics.jsonl',
      'model',
      'projector',
      'projector_config.pbtxt',
      'spec.resolved.yaml',
      'spec.yaml',
      'summary.json',
    ]);
    expect(JSON.parse(await readFile(join(out, 'summary.json'), 'utf8'))).toEqual(summary);
    const lines = (await readFile(join(out, 'metrics.jsonl'), 'utf8')).trimEnd().split('\n');
    expect(JSON.parse(lines.at(-1)!)).toMatchObject({ type: 'finished' });

    const again = await evaluate(out, { plugins });
    expect(again).toEqual({ validation: summary.validation, test: summary.test, warnings: [] });
    const loaded = await loadModel(out, { plugins });
    const there = await loaded.embed([1, 0, 0, 1]);
    expect(there).toEqual(here);
    const distances = await loaded.distance(there, here);
    expect(Array.from(distances)).toEqual([0, 0]);
    await loaded.dispose();
    await loaded.dispose();
  });

  it('keeps a spec that was larger than usual usable', async () => {
    const many = Array.from({ length: 20_001 }, (_, index) => index);
    const wide = defineDataset({
      name: 'wide',
      summary: 'Blobs with many numbers in the spec.',
      yields: 'pairs',
      options: { many: { type: 'array', items: { type: 'integer' }, default: [], description: 'Not used.' } },
      create: () => blobs().create({}),
    });
    const spec = blobSpec({ dataset: { use: 'wide', with: { many } }, training: { learningRate: 0.01, epochs: 1 } });
    const out = join(await scratch(), 'run');
    const given = { plugins: [wide] };
    const { model, summary } = await train(spec, { ...given, limits: { nodes: 30_000 }, folder: { out } });
    await model.dispose();
    await (await loadModel(out, given)).dispose();
    expect(await evaluate(out, given)).toEqual({ validation: summary.validation, test: summary.test, warnings: [] });
    const resumed = await resume(out, { ...given, set: ['training.epochs=2'] });
    await resumed.model.dispose();
    expect(resumed.summary.epochs).toBe(2);
  });

  it('is refused when it is not empty', async () => {
    const out = await scratch();
    await run({ training: { learningRate: 0.01, epochs: 1 } }, { folder: { out } });
    await expect(run({}, { folder: { out } })).rejects.toMatchObject({ code: 'RUN_FOLDER' });
  });

  it('is one for each of two runs in the same second', async () => {
    const root = await scratch();
    const short = { training: { learningRate: 0.01, epochs: 1 } };
    const runs = await Promise.all([run(short, { folder: { root } }), run(short, { folder: { root } })]);
    expect(new Set(runs.map(({ folder }) => folder)).size).toBe(2);
  });
});

describe('where to write', () => {
  it.each(['runs/mine', { path: 'runs/mine' }, null])('explains a folder that is none: %j', async (folder) => {
    await expect(train(blobSpec(), { plugins, folder: folder as never })).rejects.toMatchObject({
      code: 'CALL_INVALID',
      message: `train got ${JSON.stringify(folder)} as folder.`,
    });
  });
});

describe('a loaded model', () => {
  it('explains samples and embeddings of a wrong size', async () => {
    const { model } = await train(blobSpec(), { plugins });
    await expect(model.embed([1, 2, 3])).rejects.toMatchObject({ code: 'CALL_INVALID' });
    const one = await model.embed([1, 2]);
    await expect(model.distance(one, { shape: [1, 3], data: new Float32Array(3) })).rejects.toMatchObject({
      code: 'CALL_INVALID',
    });
    await model.dispose();
  });

  it('explains arguments that are no samples or embeddings, and calls after its end', async () => {
    const { model } = await train(blobSpec({ training: { learningRate: 0.01, epochs: 1 } }), { plugins });
    const one = await model.embed([1, 2]);
    const refused = (message: string) => ({
      code: 'CALL_INVALID',
      message: expect.stringContaining(message) as string,
    });
    for (const [values, message] of [
      [undefined, 'embed got undefined, not an array'],
      ['12', 'embed got a string, not an array'],
      [one, 'embed got samples of shape'],
      [[1, '2'], 'embed got a string as value 1'],
      [[NaN, 2], 'embed got NaN as value 0'],
      [
        [
          [1, 2],
          [3, 4],
        ],
        'embed got an array of 2 as value 0',
      ],
    ] as const) {
      await expect(model.embed(values as never)).rejects.toMatchObject(refused(message));
    }
    for (const [right, message] of [
      [undefined, 'distance got undefined as right'],
      [one.data, 'distance got a Float32Array as right'],
      [{ ...one, data: [0, 0, 0, 0] }, 'distance got an object with shape, data as right'],
      [{ ...one, data: new Float32Array(3) }, 'distance got 3 values for the shape [1, 4]'],
    ] as const) {
      await expect(model.distance(one, right as never)).rejects.toMatchObject(refused(message));
    }
    await model.dispose();
    await expect(model.embed([1, 2])).rejects.toMatchObject(refused('embed was called after dispose'));
    await expect(model.distance(one, one)).rejects.toMatchObject(refused('distance was called after dispose'));
  });
});
