import { cp, readdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { resume, train, type SpecInput } from 'twinspec';
import { blobs, blobSpec } from '../support/blobs.js';
import { traceOf } from '../support/run-history.js';
import { counts } from '../support/soak.js';
import { temporaryFolder } from '../support/temporary-folder.js';

const folder = temporaryFolder();
const plugins = [blobs()];
const steps = counts.resumeSteps;
const stepsPerEpoch = 4;
const value = 0.01;
let resumed = 0;

type Training = Partial<SpecInput['training']>;
const optimizers: Record<string, Training> = {
  sgd: { optimizer: 'sgd' },
  'sgd with momentum': { optimizer: { use: 'sgd', with: { momentum: 0.9, nesterov: true } } },
  rmsprop: { optimizer: 'rmsprop' },
  'rmsprop, centered, with momentum': { optimizer: { use: 'rmsprop', with: { centered: true, momentum: 0.9 } } },
  adam: { optimizer: 'adam' },
  'adam with amsgrad': { optimizer: { use: 'adam', with: { amsgrad: true } } },
  adamw: { optimizer: 'adamw' },
  adagrad: { optimizer: 'adagrad' },
};
const schedules: Record<string, Training> = {
  constant: { learningRate: value },
  step: { learningRate: { use: 'step', with: { value, everyEpochs: 4 } } },
  exponential: { learningRate: { use: 'exponential', with: { value, factor: 0.9 } } },
  cosine: { learningRate: { use: 'cosine', with: { value, restarts: 2 } } },
  'one-cycle': { learningRate: { use: 'one-cycle', with: { value } } },
  'reduce-on-plateau': {
    learningRate: { use: 'reduce-on-plateau', with: { value, patience: 1, minimumChange: 0.02 } },
  },
  'reduce-on-plateau by validation': {
    learningRate: { use: 'reduce-on-plateau', with: { value, metric: 'auc', patience: 1 } },
  },
  'warm-up': { learningRate: value, warmupSteps: 10 },
};
const features: Record<string, Training> = {
  'clipping, averaging and early stopping': {
    clip: { norm: 0.05 },
    ema: { decay: 0.9 },
    earlyStopping: { metric: 'auc', patience: 1000 },
    validate: { everySteps: 7 },
  },
  'accumulation and freezing': { batchSize: 4, accumulate: 4, freeze: ['base/1/bias'] },
};

const cases = Object.entries({ ...optimizers, ...schedules, ...features });

describe.each(['cpu', 'onnx'])('on %s a run goes on to the same bits', (engine) => {
  it.each(cases.filter((_, index) => (cases.length - 1 - index) % counts.everyCase === 0))(
    'from every step, with %s',
    { timeout: 3_600_000 },
    async (_, training) => {
      const spec = blobSpec({
        engine,
        training: {
          learningRate: value,
          batchSize: 16,
          epochs: steps / stepsPerEpoch,
          checkpoint: { everySteps: 1, keep: 1000 },
          ...training,
        },
      });
      const uncut = join(folder(), 'uncut');
      const { model } = await train(spec, { plugins, folder: { out: uncut } });
      await model.dispose();
      const expected = await traceOf(uncut);
      expect(expected.step).toBe(steps);
      for (let step = counts.firstResume; step < steps; step += counts.everyResume) {
        const cut = join(folder(), `cut-${step}`);
        await cp(uncut, cut, { recursive: true });
        for (const later of await readdir(join(cut, 'checkpoints'))) {
          if (Number(later) > step) await rm(join(cut, 'checkpoints', later), { recursive: true });
        }
        const again = await resume(cut, { plugins });
        await again.model.dispose();
        expect(await traceOf(cut), `step ${step}`).toEqual(expected);
        await rm(cut, { recursive: true });
        resumed++;
      }
    },
  );

  afterAll(() => {
    counts.report(
      `${engine}: ${cases.length} optimizers, schedules and features; ${resumed} resumes, 0 differing bits`,
    );
    resumed = 0;
  });
});
