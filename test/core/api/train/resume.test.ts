import { readdir, readFile, rm, writeFile } from 'node:fs/promises';
import type { HeldColumn } from 'twinspec/plugin';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { resume, train, type RunEvent, type SpecInput } from 'twinspec';
import { blobs, blobSpec } from '../../../support/blobs.js';
import { historyOf, traceOf } from '../../../support/run-history.js';
import { temporaryFolder } from '../../../support/temporary-folder.js';

const folder = temporaryFolder();
const plugins = [blobs()];
const at = (name: string) => join(folder(), name);
const training = { learningRate: 0.01, batchSize: 16, epochs: 2 };
/** Steps are run in groups, of one step each where every step is saved. */
const spec = (more: Partial<SpecInput['training']> = {}, rest: Partial<SpecInput> = {}) =>
  blobSpec({ training: { ...training, ...more }, ...rest });

async function whole(input: SpecInput, out: string) {
  const { model, summary } = await train(input, { plugins, folder: { out } });
  await model.dispose();
  return { summary, trace: await traceOf(out), history: await historyOf(out) };
}

/** Stops a run after a step, as its signal does. */
async function cut(input: SpecInput, out: string, step: number) {
  const stop = new AbortController();
  const onEvent = (event: RunEvent) => {
    if (event.type === 'step' && event.step === step) stop.abort();
  };
  await expect(train(input, { plugins, folder: { out }, signal: stop.signal, onEvent })).rejects.toMatchObject({
    code: 'ABORTED',
  });
}

async function goOn(out: string, set: readonly string[] = []) {
  const events: RunEvent[] = [];
  const { model, summary } = await resume(out, { plugins, set, onEvent: (event) => events.push(event) });
  await model.dispose();
  return { summary, events, trace: await traceOf(out), history: await historyOf(out) };
}

describe('a resumed run', () => {
  it('is bit-identical to one that was never cut, at every step', async () => {
    const input = spec({ checkpoint: { everySteps: 3 } });
    const uncut = await whole(input, at('uncut'));
    for (let step = 1; step < 8; step++) {
      await cut(input, at(`cut-${step}`), step);
      const resumed = await goOn(at(`cut-${step}`));
      expect(resumed.history, `step ${step}`).toEqual(uncut.history);
      expect(resumed.trace, `step ${step}`).toEqual(uncut.trace);
      expect(resumed.summary.weightsSha256).toBe(uncut.summary.weightsSha256);
      expect({ ...resumed.summary, timing: null }).toEqual({ ...uncut.summary, timing: null });
    }
  });

  it('may be cut again and again', async () => {
    const input = spec({ checkpoint: { everySteps: 1 } });
    const uncut = await whole(input, at('uncut'));
    await cut(input, at('cut'), 1);
    for (const step of [3, 4, 6]) {
      const stop = new AbortController();
      const onEvent = (event: RunEvent) => {
        if (event.type === 'step' && event.step === step) stop.abort();
      };
      await expect(resume(at('cut'), { plugins, signal: stop.signal, onEvent })).rejects.toThrow(`step ${step}`);
    }
    expect((await goOn(at('cut'))).trace).toEqual(uncut.trace);
  });

  it('tells where it goes on', async () => {
    await cut(spec({ checkpoint: { everySteps: 1 } }), at('cut'), 2);
    const { events } = await goOn(at('cut'));
    expect(events.slice(0, 2)).toMatchObject([
      { type: 'started', totalSteps: 8 },
      { type: 'resumed', step: 2, folder: at('cut/checkpoints/2') },
    ]);
    expect(events.find(({ type }) => type === 'step')).toMatchObject({ step: 3, epoch: 1 });
  });

  it('goes on after its end where its limits grow', async () => {
    const uncut = await whole(spec({ epochs: 3 }), at('uncut'));
    await whole(spec(), at('grown'));
    const grown = await goOn(at('grown'), ['training.epochs=3']);
    expect(grown.trace).toEqual(uncut.trace);
    expect(grown.summary.steps).toBe(12);
    expect(await readFile(at('grown/spec.resolved.yaml'), 'utf8')).toContain('epochs: 3');
  });

  it('warns where its schedule follows the length of the run, and that grows', async () => {
    const warnings = (events: readonly RunEvent[]) =>
      events.flatMap((event) => (event.type === 'warning' ? [event.message] : []));
    const cosine = { use: 'cosine', with: { value: 0.01 } };
    await whole(spec({ learningRate: cosine }), at('cosine'));
    // By hand: 0.01·(1 + cos(7π/8))/2 and 0.01·(1 + cos(7π/12))/2.
    expect(warnings((await goOn(at('cosine'), ['training.epochs=3'])).events)).toEqual([
      'The learning rate jumps: schedule cosine follows the length of the run, which was 8 steps and is 12. At step 8 it was 0.000381, and by the new length it is 0.00371.',
    ]);
    await rm(at('cosine/summary.json'));
    expect(warnings((await goOn(at('cosine'))).events)).toEqual([]);

    await whole(spec({ learningRate: cosine, maxSteps: 4 }), at('limited'));
    expect(warnings((await goOn(at('limited'), ['training.maxSteps=6'])).events)).toMatchObject([
      expect.stringContaining('was 4 steps and is 6'),
    ]);
    await rm(at('limited/summary.json'));
    expect(warnings((await goOn(at('limited'), ['training.epochs=3'])).events)).toEqual([]);

    await whole(spec(), at('constant'));
    expect(warnings((await goOn(at('constant'), ['training.epochs=3'])).events)).toEqual([]);
  });

  it('gives the same result again where it was cut before that was kept', async () => {
    const { summary } = await whole(spec(), at('run'));
    await rm(at('run/summary.json'));
    const again = await goOn(at('run'));
    expect([summary, again.summary].map(({ timing }) => timing.msPerStep)).toEqual([expect.any(Number), null]);
    expect([summary, again.summary].map(({ timing }) => timing.steps)).toEqual([8, 0]);
    expect({ ...again.summary, timing: null }).toEqual({ ...summary, timing: null });
  });

  it('counts in its timing the steps since it went on', async () => {
    await cut(spec({ checkpoint: { everySteps: 1 } }), at('cut'), 3);
    const { summary } = await goOn(at('cut'));
    expect([summary.steps, summary.timing.steps]).toEqual([8, 5]);
  });

  it('goes on after an early stop where its patience grows, as if it had been so large from the start', async () => {
    const stopping = (patience: number) =>
      spec({ epochs: 6, earlyStopping: { metric: 'loss', patience, minDelta: 100 } });
    const uncut = await whole(stopping(3), at('uncut'));
    const { summary } = await whole(stopping(1), at('stopped'));
    expect(summary.epochs).toBe(2);
    const grown = await goOn(at('stopped'), ['training.earlyStopping.patience=3']);
    expect(grown.summary.epochs).toBe(4);
    expect({ ...grown.summary, timing: null }).toEqual({ ...uncut.summary, timing: null });
    const ended = grown.events.flatMap((event) => (event.type === 'stopped' ? [event.by] : []));
    expect(ended).toEqual(['earlyStopping']);
    const forever = await goOn(at('stopped'), ['training.earlyStopping.patience=null']);
    expect(forever.summary).toMatchObject({ epochs: 6, endedBy: 'epochs', restoredStep: null });
  });
});

describe('what cannot go on', () => {
  it.each([
    [{}, [], 'training.epochs is 2', 'training.epochs='],
    [{ maxSteps: 3 }, ['training.epochs=9'], 'training.maxSteps is 3', 'training.maxSteps='],
    [
      { epochs: 6, earlyStopping: { metric: 'loss', patience: 1, minDelta: 100 } },
      ['training.epochs=9'],
      'in 1 judgement, and training.earlyStopping.patience is 1',
      'training.earlyStopping.patience=',
    ],
  ] as const)('is a run that has ended, and what ended it does not grow: %j', async (training, set, reason, hint) => {
    await whole(spec(training), at('run'));
    const before = await readFile(at('run/spec.resolved.yaml'), 'utf8');
    await expect(resume(at('run'), { plugins, set })).rejects.toMatchObject({
      code: 'RESUME_REFUSED',
      message: expect.stringContaining(reason) as string,
      hint: expect.stringContaining(hint) as string,
    });
    expect(await readFile(at('run/spec.resolved.yaml'), 'utf8')).toBe(before);
  });

  it('is refused with every key of the spec that differs', async () => {
    await cut(spec(), at('cut'), 2);
    const changed = { ...spec({ batchSize: 8, epochs: 1 }), seed: 9 };
    const refused = train(changed, { plugins, resume: at('cut') });
    await expect(refused).rejects.toMatchObject({
      code: 'RESUME_REFUSED',
      message:
        'The spec is not the one that the run began with: seed was 3 and is 9; training.batchSize was 16 and is 8; training.epochs was 2 and is 1, and may only grow.',
    });
  });

  it('is refused on another dataset', async () => {
    await cut(spec(), at('cut'), 2);
    const others = blobs();
    const moved = {
      ...others,
      create: () => ({
        load: async () => {
          const dataset = await (await others.create({})).load(new AbortController().signal);
          const { point } = dataset.samples as Record<string, HeldColumn>;
          const data = point.data.map((value, index) => (index === 5 ? value + 1e-3 : value));
          return { ...dataset, samples: { point: { ...point, data } } };
        },
      }),
    };
    await expect(resume(at('cut'), { plugins: [moved] })).rejects.toMatchObject({
      code: 'RESUME_REFUSED',
      message: expect.stringContaining('The dataset is not the one') as string,
    });
  });

  it('is a folder inside a run, whose name is told', async () => {
    await cut(spec(), at('cut'), 2);
    for (const inside of ['model', 'checkpoints', 'checkpoints/0', 'spec.resolved.yaml'])
      await expect(resume(at(`cut/${inside}`), { plugins })).rejects.toMatchObject({
        code: 'RUN_FOLDER',
        hint: `Did you mean ${at('cut')}?`,
      });
  });

  it('is a run that another machine writes to, unless it is taken over', async () => {
    const uncut = await whole(spec(), at('uncut'));
    await cut(spec(), at('cut'), 2);
    await writeFile(at('cut/run.lock'), JSON.stringify({ pid: 1, host: 'elsewhere', thread: 'x' }));
    await expect(resume(at('cut'), { plugins })).rejects.toMatchObject({
      code: 'RUN_FOLDER',
      hint: expect.stringContaining(`twinspec resume ${at('cut')} --take-over`) as string,
    });
    const { model } = await resume(at('cut'), { plugins, takeOver: true });
    await model.dispose();
    expect(await traceOf(at('cut'))).toEqual(uncut.trace);
    expect(await readdir(at('cut'))).not.toContain('run.lock');
  });

  it('is a folder without a run', async () => {
    await expect(resume(at('nowhere'), { plugins })).rejects.toMatchObject({ code: 'RUN_FOLDER' });
  });
});

describe('a damaged checkpoint', () => {
  it('is named, and the one before it is used', async () => {
    const input = spec({ checkpoint: { everySteps: 1 } });
    const uncut = await whole(input, at('uncut'));
    await cut(input, at('cut'), 5);
    expect((await readdir(at('cut/checkpoints'))).sort()).toEqual(['4', '5']);
    const file = at('cut/checkpoints/5/tensors.safetensors');
    const bytes = await readFile(file);
    bytes[bytes.length - 1] ^= 1;
    await writeFile(file, bytes);
    const { events, trace } = await goOn(at('cut'));
    expect(events).toContainEqual({
      type: 'warning',
      message: `A later checkpoint is not sound and is left out. ${file} was changed or damaged after it was saved.`,
    });
    expect(events).toContainEqual({ type: 'resumed', step: 4, folder: at('cut/checkpoints/4') });
    expect(await readdir(at('cut/checkpoints'))).toContain('5.damaged');
    expect(trace).toEqual(uncut.trace);
  });

  it('is an error where no other is left', async () => {
    await cut(spec({ checkpoint: { everySteps: 1, keep: 1 } }), at('cut'), 2);
    for (const step of await readdir(at('cut/checkpoints')))
      await writeFile(at(`cut/checkpoints/${step}/state.json`), '{}');
    await expect(resume(at('cut'), { plugins })).rejects.toMatchObject({ code: 'CHECKPOINT_INVALID' });
  });
});
