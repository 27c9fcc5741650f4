import { defineDataset, defineSchedule, type Observation } from 'twinspec/plugin';
import { describe, expect, it } from 'vitest';
import { train, type RunEvent, type SpecInput } from 'twinspec';
import { blobs, blobSpec } from '../../support/blobs.js';
import { create } from '../../support/graph.js';

/** Doubles the rate after each epoch, and keeps what it has seen. */
function recording(seen: Observation[]) {
  return defineSchedule({
    name: 'recording',
    summary: 'Doubles.',
    create: () => ({
      learningRate: (_, state) => 0.001 * 2 ** (state as { epochs: number }).epochs,
      memory: {
        initial: { epochs: 0 },
        needsValidation: true,
        observe(state, observation) {
          seen.push(observation);
          return { epochs: (state as { epochs: number }).epochs + 1 };
        },
      },
    }),
  });
}

/** Blobs, none of them held out. */
const bare = defineDataset({
  name: 'bare-blobs',
  summary: 'Blobs.',
  yields: 'pairs',
  create: () => ({ load: async (signal) => ({ ...(await create(blobs()).load(signal)), validation: null }) }),
});

async function eventsOf(training: SpecInput['training'], seen: Observation[] = []): Promise<RunEvent[]> {
  const events: RunEvent[] = [];
  const plugins = [blobs(), recording(seen)];
  const { model } = await train(blobSpec({ training }), { plugins, onEvent: (event) => events.push(event) });
  await model.dispose();
  return events;
}

const ratesOf = (events: readonly RunEvent[]) =>
  events.flatMap((event) => (event.type === 'step' ? [event.learningRate] : []));

describe('the learning rate of a training', () => {
  it('warms up, then follows its schedule', async () => {
    const rates = ratesOf(
      await eventsOf({
        learningRate: { use: 'step', with: { value: 0.5, everyEpochs: 1, factor: 0.5 } },
        warmupSteps: 2,
        batchSize: 16,
        epochs: 2,
      }),
    );
    expect(rates).toEqual([0.25, 0.5, 0.5, 0.5, 0.5, 0.5, 0.25, 0.25]);
  });

  it('follows what a schedule makes of each epoch', async () => {
    const seen: Observation[] = [];
    const events = await eventsOf({ learningRate: 'recording', batchSize: 32, epochs: 3 }, seen);
    const expected = [0.001, 0.001, 0.002, 0.002, 0.004, 0.004].map(Math.fround);
    expect(ratesOf(events)).toEqual(expected);
    const epochs = events.flatMap((event) => (event.type === 'epoch' ? [event] : []));
    expect(seen).toEqual(epochs.map(({ epoch, loss, validation }) => ({ epoch, loss, validation })));
  });

  it('is refused where it needs a validation split and there is none', async () => {
    const spec = blobSpec({
      dataset: 'bare-blobs',
      training: { learningRate: { use: 'reduce-on-plateau', with: { value: 0.1, metric: 'auc' } }, epochs: 1 },
    });
    await expect(train(spec, { plugins: [bare] })).rejects.toMatchObject({
      code: 'SPEC_MISMATCH',
      message: expect.stringContaining('reduce-on-plateau') as string,
    });
  });
});
