import { describe, expect, it } from 'vitest';
import { startTraining, train, type RunEvent } from 'twinspec';
import { blobs, blobSpec } from '../../../support/blobs.js';

const plugins = [blobs()];
const epochs = (count: number) => ({ training: { learningRate: 0.01, batchSize: 16, epochs: count } });

async function read(events: AsyncIterable<RunEvent>): Promise<RunEvent[]> {
  const all: RunEvent[] = [];
  for await (const event of events) all.push(event);
  return all;
}

describe('startTraining', () => {
  it('hands out the events of train, and its result', async () => {
    const emitted: RunEvent[] = [];
    const run = startTraining(blobSpec(epochs(2)), { plugins, onEvent: (event) => emitted.push(event) });
    const events = await read(run.events);
    expect(events).toEqual(emitted);
    expect(events.at(-1)).toMatchObject({ type: 'finished' });
    const { summary, model } = await run.result;
    await model.dispose();
    const alone = await train(blobSpec(epochs(2)), { plugins });
    await alone.model.dispose();
    expect(summary.weightsSha256).toBe(alone.summary.weightsSha256);
  });

  it('keeps events for a reader who comes late, and lets one leave early', async () => {
    const run = startTraining(blobSpec(epochs(1)), { plugins });
    await (await run.result).model.dispose();
    for await (const { type } of run.events) {
      expect(type).toBe('started');
      break;
    }
    expect(await read(run.events)).toEqual([]);
  });

  it('holds while paused and goes on after', async () => {
    const run = startTraining(blobSpec(epochs(3)), { plugins });
    const seen: RunEvent[] = [];
    const reading = (async () => {
      for await (const event of run.events) {
        seen.push(event);
        if (event.type === 'epoch' && event.epoch === 1) run.pause();
      }
    })();
    await new Promise((resolve) => setTimeout(resolve, 500));
    const held = seen.length;
    expect(seen.filter(({ type }) => type === 'finished')).toEqual([]);
    await new Promise((resolve) => setTimeout(resolve, 300));
    expect(seen.length).toBe(held);
    run.continue();
    await reading;
    expect(seen.filter(({ type }) => type === 'epoch')).toHaveLength(3);
    await (await run.result).model.dispose();
  });

  it('can be stopped while paused', async () => {
    const stop = new AbortController();
    const run = startTraining(blobSpec(epochs(3)), { plugins, signal: stop.signal });
    run.pause();
    setTimeout(() => stop.abort(), 200);
    await expect(read(run.events)).rejects.toMatchObject({ code: 'ABORTED' });
    await expect(run.result).rejects.toMatchObject({ code: 'ABORTED' });
  });
});
