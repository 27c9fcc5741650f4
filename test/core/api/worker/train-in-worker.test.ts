import { dirname, join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { describe, expect, it } from 'vitest';
import { train, type RunEvent, type WorkerOptions } from 'twinspec';
import type * as twinspec from 'twinspec';
import { blobs, blobSpec } from '../../../support/blobs.js';
import { compiled } from '../../../support/compiled.js';

/** A thread starts from JavaScript. */
const { bin, plugin } = await compiled();
const { trainInWorker } = (await import(pathToFileURL(join(dirname(bin), '../index.js')).href)) as typeof twinspec;
const start = (options: WorkerOptions = {}, changes = {}) =>
  trainInWorker(blobSpec(changes), { plugins: [plugin], ...options });

describe('trainInWorker', () => {
  it('gives the events, the summary and the embeddings of train', async () => {
    const run = start();
    const events: RunEvent[] = [];
    for await (const event of run.events) events.push(event);
    const { summary, model } = await run.result;
    const here = await train(blobSpec(), { plugins: [blobs()] });
    expect(events.map(({ type }) => type).slice(0, 3)).toEqual(['started', 'step', 'step']);
    expect(summary.weightsSha256).toBe(here.summary.weightsSha256);

    const embedding = await model.embed([1, 0, 0, 1]);
    expect(embedding).toEqual(await here.model.embed([1, 0, 0, 1]));
    expect(Array.from(await model.distance(embedding, embedding))).toEqual([0, 0]);
    await expect(model.embed([1])).rejects.toMatchObject({ name: 'TwinspecError', code: 'CALL_INVALID' });
    await model.dispose();
    await here.model.dispose();
  });

  it('rejects with the coded error of the thread', async () => {
    const { result } = start({}, { distance: 'euclidian' });
    await expect(result).rejects.toMatchObject({ name: 'TwinspecError', code: 'SPEC_INVALID' });
  });

  it('takes plugins by their modules only', () => {
    const plugins = [plugin, blobs()] as unknown as string[];
    expect(() => start({ plugins })).toThrow(
      expect.objectContaining({
        name: 'TwinspecError',
        code: 'CALL_INVALID',
        message: 'plugins[1] of trainInWorker is the plugin "blobs" itself, which cannot cross threads.',
        hint: 'Pass the path of the module that exports the plugin by default, such as ./my-loss.ts.',
      }),
    );
  });

  it('stops by its signal, also while paused', async () => {
    const stop = new AbortController();
    const run = start({ signal: stop.signal });
    run.pause();
    setTimeout(() => stop.abort('enough'), 300);
    await expect(run.result).rejects.toMatchObject({ code: 'ABORTED' });
  });
});
