import { mkdtemp } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import * as tf from '@tensorflow/tfjs';
import { describe, expect, it } from 'vitest';
import { loadModel, train, type RunEvent, type SpecInput, type TrainOptions } from 'twinspec';
import { defineReducer, type HostTensors } from 'twinspec/plugin';
import { readModel } from '../../../core/model/model-folder.js';
import { readCheckpoint } from '../../../core/run/checkpoints.js';
import { blobs, blobSpec } from '../../support/blobs.js';
import { difference, norm } from '../../support/numbers.js';

type Training = SpecInput['training'];
const plugins = [blobs(), blobs('rows', 'rows')];
const scratch = async () => join(await mkdtemp(join(tmpdir(), 'twinspec-')), 'run');

async function run(training: Partial<Training>, rest: Partial<SpecInput> = {}, options: TrainOptions = {}) {
  const events: RunEvent[] = [];
  const input = blobSpec({ training: { learningRate: 0.01, batchSize: 16, epochs: 2, ...training }, ...rest });
  const result = await train(input, { plugins, onEvent: (event) => events.push(event), ...options });
  await result.model.dispose();
  return { ...result, events };
}

/** Weights after so many steps, in a run folder, and what the run began with. */
async function weightsOf(training: Partial<Training>, rest: Partial<SpecInput> = {}) {
  const out = await scratch();
  const { events } = await run({ checkpoint: { everySteps: 1, keep: 1000 }, ...training }, rest, { folder: { out } });
  const at = async (step: number): Promise<HostTensors> =>
    (await readCheckpoint(join(out, 'checkpoints', String(step)))).tensors;
  return { at, out, events };
}

const ofType = <T extends RunEvent['type']>(events: readonly RunEvent[], type: T) =>
  events.filter((event): event is Extract<RunEvent, { type: T }> => event.type === type);
const sgd = { optimizer: 'sgd', learningRate: 0.1 } as const;
const plain = { base: { use: 'mlp', with: { units: [8, 4], dropout: 0 } } } as const;

describe('clipping', () => {
  it('by norm makes a step of at most learning rate times norm, along the same direction', async () => {
    const free = await weightsOf({ ...sgd, maxSteps: 1 }, plain);
    const clipped = await weightsOf({ ...sgd, maxSteps: 1, clip: { norm: 1e-3 } }, plain);
    const step = async ({ at }: typeof free) => {
      const [before, after] = [await at(0), await at(1)];
      return Object.keys(before).flatMap((place) => difference(after[place].data, before[place].data));
    };
    const [long, short] = [await step(free), await step(clipped)];
    expect(norm(long)).toBeGreaterThan(1e-3);
    expect(norm(short)).toBeCloseTo(0.1 * 1e-3, 7);
    const along = long.reduce((sum, value, index) => sum + value * short[index], 0) / norm(long) / norm(short);
    expect(along).toBeCloseTo(1, 4);
  });

  it('by value limits each number', async () => {
    const { at } = await weightsOf({ ...sgd, maxSteps: 1, clip: { value: 1e-3 } }, plain);
    const [before, after] = [await at(0), await at(1)];
    const changes = Object.keys(before).flatMap((place) => difference(after[place].data, before[place].data));
    expect(Math.max(...changes.map(Math.abs))).toBeCloseTo(1e-4, 7);
  });

  it('changes nothing where gradients are small', async () => {
    const free = await run({ ...sgd });
    expect((await run({ ...sgd, clip: { norm: 1e6, value: 1e6 } })).summary.weightsSha256).toBe(
      free.summary.weightsSha256,
    );
  });
});

describe('accumulation', () => {
  it('of 4 batches of 4 equals one batch of 16, the smaller last step included', async () => {
    const whole = await weightsOf({ ...sgd, batchSize: 16, epochs: 1 }, plain);
    const parts = await weightsOf({ ...sgd, batchSize: 4, accumulate: 4, epochs: 1 }, plain);
    for (const step of [1, 2, 3, 4]) {
      const [expected, found] = [await whole.at(step), await parts.at(step)];
      for (const place of Object.keys(expected)) {
        expect(norm(difference(found[place].data, expected[place].data)), `${place}, step ${step}`).toBeLessThan(
          1e-5 * Math.max(1, norm(expected[place].data)),
        );
      }
    }
    const losses = [whole, parts].map(({ events }) => ofType(events, 'epoch')[0].loss);
    expect(losses[1]).toBeCloseTo(losses[0], 5);
  });

  it('is refused where it cannot be exact', async () => {
    await expect(run({ accumulate: 2 }, { dataset: 'rows' })).rejects.toMatchObject({ code: 'SPEC_MISMATCH' });
    const sum = defineReducer({
      name: 'sum',
      summary: 'The sum.',
      inject: ['tf'],
      create: (_, tf) => ({ reduce: (values) => tf.sum(values) }),
    });
    await expect(run({ accumulate: 2 }, { reducer: 'sum' }, { plugins: [...plugins, sum] })).rejects.toMatchObject({
      code: 'SPEC_MISMATCH',
      message: expect.stringContaining('the reducer is not the plain mean') as string,
    });
  });
});

describe('a running mean of the weights', () => {
  it('follows its formula at every step, and is what is judged and saved', async () => {
    const { at, out, events } = await weightsOf({ ema: { decay: 0.9 }, maxSteps: 4 });
    for (let step = 1; step <= 4; step++) {
      const [before, after] = [await at(step - 1), await at(step)];
      for (const place of Object.keys(before).filter((name) => name.startsWith('ema/'))) {
        const weight = after[place.replace('ema/', 'weights/')].data;
        const expected = Array.from(before[place].data, (mean, index) => 0.9 * mean + 0.1 * weight[index]);
        expect(norm(difference(after[place].data, expected))).toBeLessThan(1e-6);
      }
    }
    const last = await at(4);
    const { weights } = await readModel(out);
    for (const place of Object.keys(weights)) expect(weights[place]).toEqual(last[`ema/${place}`]);
    const model = await loadModel(out, { plugins });
    const { data } = await model.embed([1, 0]);
    await model.dispose();
    const expected = tf.tidy(() => {
      const x = tf.tensor([[1, 0]]);
      const layer = (input: tf.Tensor, index: number) =>
        tf.add(
          tf.matMul(
            input,
            tf.tensor(weights[`base/${index}/kernel`].data, [...weights[`base/${index}/kernel`].shape] as [
              number,
              number,
            ]),
          ),
          tf.tensor(weights[`base/${index}/bias`].data),
        );
      const layers = [...new Set(Object.keys(weights).map((place) => Number(place.split('/')[1])))];
      return layers.reduce((input: tf.Tensor, index) => tf.relu(layer(input, index)), x).dataSync();
    });
    expect(norm(difference(data, expected))).toBeLessThan(1e-5);
    expect(ofType(events, 'finished')).toHaveLength(1);
  });
});

describe('freezing', () => {
  it('keeps the first values of what it names', async () => {
    const { at } = await weightsOf({ freeze: ['base/1'] });
    const [first, last] = [await at(0), await at(8)];
    expect(last['weights/base/1/kernel']).toEqual(first['weights/base/1/kernel']);
    expect(last['weights/base/1/bias']).toEqual(first['weights/base/1/bias']);
    const moved = Object.keys(first).filter(
      (place) => place.startsWith('weights/') && !place.startsWith('weights/base/1/'),
    );
    for (const place of moved) expect(last[place], place).not.toEqual(first[place]);
    expect(Object.keys(last).some((place) => place.startsWith('slots/') && place.includes('base/1/'))).toBe(false);
  });

  it('refuses what names nothing, or everything', async () => {
    await expect(run({ freeze: ['base/9'] })).rejects.toThrow('training.freeze names "base/9"');
    await expect(run({ freeze: ['base'] })).rejects.toThrow('nothing would be trained');
  });
});

describe('limits', () => {
  it('maxSteps ends inside an epoch, with its figures', async () => {
    const { summary, events } = await run({ maxSteps: 6 });
    expect(summary.steps).toBe(6);
    expect(ofType(events, 'epoch').map(({ step }) => step)).toEqual([4, 6]);
    expect(summary.validation).toEqual(ofType(events, 'epoch')[1].validation);
    expect(summary.endedBy).toBe('maxSteps');
    expect(ofType(events, 'stopped')).toEqual([
      { type: 'stopped', step: 6, epoch: 2, by: 'maxSteps', reason: 'training.maxSteps is 6' },
    ]);
  });

  it('maxTime ends after the first steps that take so long', async () => {
    const { summary, events } = await run({ maxTime: 1e-9, epochs: 100 });
    expect(summary.steps).toBeLessThan(20);
    expect(summary.endedBy).toBe('maxTime');
    expect(ofType(events, 'stopped')[0].reason).toContain('training.maxTime, 1e-9 s');
  });

  it('a run of all its epochs just ends', async () => {
    const { summary, events } = await run({});
    expect(summary.endedBy).toBe('epochs');
    expect([...ofType(events, 'stopped'), ...ofType(events, 'restored')]).toEqual([]);
  });

  it('validation is where it was asked for', async () => {
    const { events } = await run({ validate: { everySteps: 3, everyEpochs: null } });
    expect(ofType(events, 'validation').map(({ step }) => step)).toEqual([3, 6]);
    expect(ofType(events, 'epoch').map(({ validation }) => validation)).toEqual([null, null]);
  });
});

describe('early stopping', () => {
  it('ends when patience does, and brings the best weights back', async () => {
    const { summary, events } = await run({
      epochs: 60,
      earlyStopping: { metric: 'auc', patience: 3 },
      validate: { everySteps: 1, everyEpochs: null },
    });
    const judged = [...ofType(events, 'validation'), ...ofType(events, 'epoch')]
      .flatMap(({ step, validation }) => (validation === null ? [] : [{ step, auc: validation.auc }]))
      .sort((a, b) => a.step - b.step);
    const best = judged.reduce((top, one) => (one.auc > top.auc ? one : top));
    expect(summary.steps).toBe(best.step + 3);
    expect(summary.restoredStep).toBe(best.step);
    expect(summary.validation!.auc).toBe(best.auc);
    expect(summary.endedBy).toBe('earlyStopping');
    expect(ofType(events, 'stopped')).toMatchObject([{ step: best.step + 3, by: 'earlyStopping' }]);
    expect(ofType(events, 'stopped')[0].reason).toBe(
      `validation AUC was not better than ${best.auc.toFixed(4)} at step ${best.step} in 3 judgements, and training.earlyStopping.patience is 3`,
    );
    expect(ofType(events, 'restored')).toMatchObject([{ step: best.step, metric: 'auc', value: best.auc }]);
  });

  it('tells with each judgement how the figure stands that it watches', async () => {
    const { events } = await run({ epochs: 6, earlyStopping: { metric: 'eer', minDelta: 0.01 } });
    let best: { value: number; step: number; epoch: number } | null = null;
    for (const { epoch, step, validation, followed } of ofType(events, 'epoch')) {
      const value = validation!.eer;
      if (best === null || best.value - value > 0.01) best = { value, step, epoch };
      expect(followed).toEqual({ metric: 'eer', value, best });
    }
    const unjudged = await run({ epochs: 2, validate: { everyEpochs: null } });
    expect(ofType(unjudged.events, 'epoch').map(({ followed }) => followed)).toEqual([null, null]);
  });

  it('counts a judgement where the run ends inside an epoch', async () => {
    const earlyStopping = { metric: 'auc', patience: 9 } as const;
    const { summary, events } = await run({ maxSteps: 6, learningRate: 0.003, earlyStopping });
    const [before, last] = ofType(events, 'epoch');
    expect(last.validation!.auc).toBeGreaterThan(before.validation!.auc);
    expect(last.followed).toMatchObject({ value: last.validation!.auc, best: { step: 6, epoch: 2 } });
    expect(summary.restoredStep).toBe(null);
    expect(summary.validation).toEqual(last.validation);
  });

  it('can watch the training loss', async () => {
    const { summary } = await run({ epochs: 50, earlyStopping: { metric: 'loss', patience: 1, minDelta: 100 } });
    expect(summary.epochs).toBe(2);
    expect(summary.restoredStep).toBe(4);
  });
});

describe('a warm start', () => {
  it('takes the weights of another run', async () => {
    const out = await scratch();
    await run({}, {}, { folder: { out } });
    const { weights } = await readModel(out);
    const warm = await scratch();
    await run({ maxSteps: 1 }, { seed: 99 }, { folder: { out: warm }, warmStart: out });
    const { tensors } = await readCheckpoint(join(warm, 'checkpoints/0'));
    for (const place of Object.keys(weights)) expect(tensors[`weights/${place}`]).toEqual(weights[place]);
  });

  it('says what it has nothing for, and refuses a model of which nothing fits', async () => {
    const out = await scratch();
    await run({ maxSteps: 1 }, {}, { folder: { out } });
    const wider = { base: { use: 'mlp', with: { units: [8, 5] } } };
    const { events } = await run({ maxSteps: 1 }, wider, { warmStart: out });
    expect(ofType(events, 'warning')[0].message).toMatch(/nothing for base\/\d\/kernel, base\/\d\/bias/);
    const other = { base: { use: 'mlp', with: { units: [3, 3] } } };
    await expect(run({}, other, { warmStart: out })).rejects.toMatchObject({ code: 'CALL_INVALID' });
  });
});

describe('a smoke run', () => {
  it('goes through everything in a few steps', async () => {
    for (const dataset of ['blobs', 'rows']) {
      const out = await scratch();
      const { summary, events } = await run(
        { epochs: 1000, batchSize: 64 },
        { dataset },
        { folder: { out }, smoke: true },
      );
      expect(summary.steps, dataset).toBeLessThan(12);
      expect(new Set(events.map(({ type }) => type))).toEqual(
        new Set(['started', 'step', 'validation', 'histograms', 'epoch', 'checkpointed', 'finished']),
      );
    }
  });
});
