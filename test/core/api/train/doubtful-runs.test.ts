import { mkdtemp, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import {
  defineBase,
  defineDataset,
  defineLoss,
  type BaseDescriptor,
  type LoadedDataset,
  type LossDescriptor,
} from 'twinspec/plugin';
import { loadSpec, train, type Problem, type RunEvent, type SpecInput } from 'twinspec';
import { describe, expect, it } from 'vitest';
import { blobs, blobSpec } from '../../../support/blobs.js';

const stop = new Error('told enough');

/** What a run says before its first step, in words: warnings, or why it is refused. */
async function toldBy(spec: SpecInput, ...plugins: (LossDescriptor | BaseDescriptor | ReturnType<typeof dots>)[]) {
  const events: Extract<RunEvent, { type: 'warning' }>[] = [];
  const onEvent = (event: RunEvent) => {
    if (event.type === 'warning') events.push(event);
    if (event.type === 'started') throw stop;
  };
  const error = await train(spec, { plugins: [blobs(), ...plugins], onEvent }).catch((error: unknown) => error);
  return { events, warnings: events.map(({ message }) => message), error: error === stop ? null : (error as Error) };
}

const training = { learningRate: 0.01, batchSize: 16, epochs: 2 };
const runOf = (changes: Partial<SpecInput['training']> = {}) => blobSpec({ training: { ...training, ...changes } });

/** Points on a line, labelled; three more without a label are tested, and one of their pairs matches. */
function dots(labels: readonly number[], shape: readonly number[] = [2]) {
  const rows = Int32Array.from(labels.keys());
  const size = shape.reduce((a, b) => a * b);
  const judged = {
    unit: 'pairs',
    left: Int32Array.of(rows.length, rows.length + 1),
    right: Int32Array.of(rows.length + 1, rows.length + 2),
    same: Float32Array.of(1, 0),
  } as const;
  const dataset: LoadedDataset = {
    samples: {
      point: { shape, data: Float32Array.from({ length: size * (labels.length + 3) }, (_, index) => Math.sin(index)) },
    },
    labels: [...labels, null, null, null],
    train: { unit: 'rows', rows },
    validation: null,
    test: judged,
  };
  return defineDataset({
    name: 'dots',
    summary: 'Points.',
    yields: 'rows',
    create: () => ({ load: () => Promise.resolve(dataset) }),
  });
}

describe('what only data and network tell', () => {
  it('says nothing of a sound run', async () => {
    expect(await toldBy(runOf())).toEqual({ events: [], warnings: [], error: null });
  });

  it('refuses a warm-up as long as the run, which has 4 steps an epoch', async () => {
    const { error } = await toldBy(runOf({ warmupSteps: 8 }));
    expect(error).toMatchObject({
      code: 'SPEC_MISMATCH',
      message: 'training.warmupSteps is 8, and the whole run has 8 steps.',
    });
    expect((await toldBy(runOf({ warmupSteps: 7 }))).error).toBeNull();
  });

  it('refuses normalised embeddings of one number', async () => {
    const spec = { ...runOf(), base: { use: 'mlp', with: { units: [1] } }, embedding: { normalize: true } };
    expect((await toldBy(spec)).error).toMatchObject({
      code: 'SPEC_MISMATCH',
      message: expect.stringContaining('embeddings of one number') as string,
    });
  });

  it('warns of a batch that is larger than the split', async () => {
    expect((await toldBy(runOf({ batchSize: 500 }))).warnings).toEqual([
      'training.batchSize is 500, and there are 57 pairs to train on: every batch has all of them.',
    ]);
  });

  it('warns of a learning rate for weights that the loss does not have', async () => {
    expect((await toldBy(runOf({ lossLearningRate: 10 }))).warnings).toEqual([
      'training.lossLearningRate is 10, which has no effect: loss contrastive has no weights of its own.',
    ]);
  });
});

describe('batches without two samples of one class', () => {
  const spec = (batchSize: number) => ({ ...runOf({ batchSize }), dataset: 'dots' });
  const different = Array.from({ length: 40 }, (_, index) => index);
  const twins = different.map((index) => index >> 1);

  it('refuses a run whose batches have none', async () => {
    expect((await toldBy(spec(8), dots(different))).error).toMatchObject({
      code: 'SPEC_MISMATCH',
      message: expect.stringContaining('None of the first 5 batches holds two samples of one class') as string,
    });
  });

  it('warns where most have none', async () => {
    const { warnings, error } = await toldBy(spec(3), dots(twins));
    expect(error).toBeNull();
    expect(warnings).toEqual([expect.stringMatching(/^\d+ of the first 14 batches hold no two samples of one class/)]);
  });

  it('says nothing of a loss with proxies to compare samples with', async () => {
    const proxies = defineLoss({
      name: 'proxies',
      summary: 'For tests.',
      consumes: 'batch',
      weights: ['proxies'],
      inject: ['tf'],
      create: (_options, tf) => ({
        weights: ({ classes, dimension }) => ({
          proxies: { shape: [classes, dimension], init: { kind: 'normal', mean: 0, stddev: 1 } },
        }),
        values: ({ embedding, weights }) => tf.sum(tf.square(tf.matMul(embedding, weights.proxies, false, true)), 1),
      }),
    });
    const own = { ...spec(8), loss: 'proxies', training: { ...training, batchSize: 8, lossLearningRate: 10 } };
    expect(await toldBy(own, dots(different), proxies)).toMatchObject({ warnings: [], error: null });
  });
});

describe('a base that does not fit the samples', () => {
  const labels = [0, 0, 1, 1, 2, 2, 0, 1];
  const spec = (base: SpecInput['base']) => ({ ...runOf({ batchSize: 8 }), dataset: 'dots', base });
  const refusal = async (base: SpecInput['base'], shape: readonly number[], ...plugins: BaseDescriptor[]) =>
    (await toldBy(spec(base), dots(labels, shape), ...plugins)).error;

  it('names the base, what it takes, what there is, and others that fit', async () => {
    expect(await refusal('cnn', [2])).toMatchObject({
      code: 'SPEC_MISMATCH',
      message: 'base cnn takes samples of shape [height, width, channels]; those of dataset dots have shape [2].',
      hint: 'Bases that may fit: mlp.',
    });
  });

  it.each([
    [
      'layers that there is no room for',
      [4, 4, 1],
      { filters: [2, 2] },
      /cannot be built for samples of shape \[4, 4, 1\]/,
    ],
    ['layers that leave nothing', [2, 2, 1], { filters: [2] }, /leaves nothing of samples of shape \[2, 2, 1\]/],
  ] as const)('%s', async (_, shape, options, message) => {
    const error = await refusal({ use: 'cnn', with: { ...options, dense: [4] } }, shape);
    expect(error).toMatchObject({ code: 'SPEC_MISMATCH', hint: expect.stringContaining('fewer or smaller') as string });
    expect(error!.message).toMatch(message);
  });

  it('a network that was made for other samples', async () => {
    const ready = defineBase({
      name: 'ready',
      summary: 'For tests.',
      inject: ['tf'],
      create: (_options, tf) => ({
        model: () => tf.sequential({ layers: [tf.layers.dense({ units: 4, inputShape: [3] })] }),
      }),
    });
    expect(await refusal('ready', [2], ready)).toMatchObject({
      code: 'SPEC_MISMATCH',
      message: 'base ready is a network for samples of shape [3]; those of dataset dots have shape [2].',
    });
  });
});

describe('warnings about the spec', () => {
  const doubtful = blobSpec({ training: { ...training, validate: { everyEpochs: 9 } } });

  it('are events of the run, with the problem', async () => {
    const { events } = await toldBy(doubtful);
    expect(events).toMatchObject([
      { message: expect.stringContaining('everyEpochs') as string, problem: { severity: 'warning' } },
    ]);
  });

  it('reach whoever loads a spec file, with their places', async () => {
    const file = join(await mkdtemp(join(tmpdir(), 'twinspec-')), 'a.yaml');
    await writeFile(file, JSON.stringify(doubtful, null, 2));
    const warnings: Problem[] = [];
    await loadSpec(file, { plugins: [blobs()], onWarning: (warning) => warnings.push(warning) });
    expect(warnings).toMatchObject([{ file, path: 'training.validate.everyEpochs' }]);
    expect(warnings[0].line).toBeGreaterThan(1);
  });
});

it('limits hold for a spec file and for a plain object', async () => {
  const file = join(await mkdtemp(join(tmpdir(), 'twinspec-')), 'a.yaml');
  const text = JSON.stringify(blobSpec());
  await writeFile(file, text);
  const plugins = [blobs()];
  await expect(loadSpec(file, { plugins, limits: { bytes: text.length } })).resolves.toMatchObject({ name: 'blobs' });
  const tooLarge = expect.objectContaining({ code: 'SPEC_FILE' }) as unknown;
  await expect(loadSpec(file, { plugins, limits: { bytes: text.length - 1 } })).rejects.toEqual(tooLarge);
  await expect(train(blobSpec(), { plugins, limits: { nodes: 5 } })).rejects.toThrow('more than 5 keys and values');
});
