import { describe, expect, it } from 'vitest';
import { train, type RunEvent, type SpecInput } from 'twinspec';
import { defineLoss, defineOptimizer, type Tensor, type Tf } from 'twinspec/plugin';
import { stream } from '../../../core/random/stream.js';
import { loadLatest } from '../../../core/run/checkpoints.js';
import { temporaryFolder } from '../../support/temporary-folder.js';
import { blobs, blobSpec } from '../../support/blobs.js';
import { counts } from '../../support/soak.js';

const folder = temporaryFolder();
const totalSteps = 8;
/** What to inject, and the step at which it is met: 3 to 8. */
interface Injection {
  readonly place: 'value' | 'gradient' | 'update' | 'slot';
  readonly value: number;
  readonly step: number;
}

/** `value` at this step, else 0; progress is (step − 1) / total. */
function atStep(tf: Tf, isNow: Tensor, value: number): Tensor {
  return tf.where(isNow, tf.scalar(value), tf.scalar(0));
}

function sabotage({ place, value, step }: Injection) {
  const isNow = (tf: Tf, progress: Tensor) => tf.less(tf.abs(tf.sub(tf.mul(progress, totalSteps), step - 1)), 0.5);
  const loss = defineLoss({
    name: 'bad-loss',
    summary: 'Fails at one step.',
    consumes: 'pairs',
    inject: ['tf'],
    create: (_, tf) => ({
      values({ distance, same, progress }) {
        const values = tf.mul(tf.square(tf.sub(distance, same)), 0.1);
        if (place === 'value') {
          const first = tf.oneHot(tf.scalar(0, 'int32'), distance.shape[0]);
          return tf.where(tf.logicalAnd(tf.cast(first, 'bool'), isNow(tf, progress)), tf.scalar(value), values);
        }
        if (place !== 'gradient') return values;
        // The value stays finite and its gradient does not: sqrt has an infinite one at 0.
        const zero = tf.mul(tf.mul(distance, 0), tf.cast(isNow(tf, progress), 'float32'));
        const bad = tf.sqrt(tf.add(zero, tf.sub(1, tf.cast(isNow(tf, progress), 'float32'))));
        return tf.add(values, tf.mul(bad, 0.001));
      },
    }),
  });
  const optimizer = defineOptimizer({
    name: 'bad-optimizer',
    summary: 'Fails at one step.',
    inject: ['tf'],
    create: (_, tf) => ({
      slots: { memory: 0 },
      update({ weight, gradient, slots, learningRate, step: now }) {
        const poison = atStep(tf, tf.equal(now, step), value);
        const next = tf.sub(weight, tf.mul(gradient, learningRate));
        const memory = tf.add(slots.memory, gradient);
        return {
          weight: place === 'update' ? tf.add(next, poison) : next,
          slots: { memory: place === 'slot' ? tf.add(memory, poison) : memory },
        };
      },
    }),
  });
  return { loss, optimizer };
}

async function run(injection: Injection, engine: string, training: Partial<SpecInput['training']> = {}, out?: string) {
  const { loss, optimizer } = sabotage(injection);
  const events: RunEvent[] = [];
  const input = blobSpec({
    engine,
    loss: 'bad-loss',
    training: { optimizer: 'bad-optimizer', learningRate: 0.01, batchSize: 16, epochs: 2, ...training },
  });
  const result = await train(input, {
    plugins: [blobs(), loss, optimizer],
    onEvent: (event) => events.push(event),
    ...(out && { folder: { out } }),
  });
  await result.model.dispose();
  return { ...result, events };
}

const title: Record<Injection['place'], RegExp> = {
  value: /^In step \d+ a value of the loss is (NaN|-?Infinity), from rows \d+, \d+ of the samples\.$/,
  gradient: /^In step \d+ the gradient of .* from rows \d+, .* of the samples\.$/,
  update: /^In step \d+ the update of weights\/base\/1\/kernel is (NaN|-?Infinity)\.$/,
  slot: /^In step \d+ the update of slots\/memory\/base\/1\/kernel is (NaN|-?Infinity)\.$/,
};

describe('what is not finite', () => {
  it('is caught before it is kept, wherever it comes from', { timeout: 600_000 }, async () => {
    const random = stream(1, 'injections');
    const places = ['value', 'gradient', 'update', 'slot'] as const;
    for (let trial = 0; trial < counts.nonFinite; trial++) {
      const injection: Injection = {
        place: places[trial % places.length],
        value: [NaN, Infinity, -Infinity][random.integer(3)],
        step: 3 + random.integer(6),
      };
      const engine = Math.floor(trial / places.length) % 2 === 0 ? 'cpu' : 'onnx';
      const out = `${folder()}/${trial}`;
      const about = `${engine}: ${JSON.stringify({ ...injection, value: String(injection.value) })}`;
      const running = run(injection, engine, { checkpoint: { everySteps: 1 } }, out);
      await expect(running, about).rejects.toMatchObject({
        code: 'NON_FINITE',
        message: expect.stringMatching(title[injection.place]) as string,
      });
      await expect(running).rejects.toThrow(`In step ${injection.step} `);
      const { saved } = await loadLatest(out);
      expect(saved.progress.step, about).toBe(injection.step - 1);
      const bad = Object.values(saved.tensors).some(({ data }) => data.some((value) => !Number.isFinite(value)));
      expect(bad, about).toBe(false);
    }
    counts.report(`${counts.nonFinite} injected values, ${counts.nonFinite} caught before they were kept`);
  });

  it('is left out where the spec allows it, and the run goes on', async () => {
    const injection: Injection = { place: 'update', value: NaN, step: 3 };
    for (const engine of ['cpu', 'onnx']) {
      const { events, summary } = await run(injection, engine, { skipNonFinite: 1 });
      expect(events.filter(({ type }) => type === 'skipped')).toEqual([
        { type: 'skipped', step: 3, epoch: 1, reason: 'the update of weights/base/1/kernel is NaN.' },
      ]);
      const steps = events.flatMap((event) => (event.type === 'step' ? [event.step] : []));
      expect(steps).toEqual([1, 2, 4, 5, 6, 7, 8]);
      expect(summary.steps).toBe(8);
      expect(summary.test).not.toBeNull();
    }
  });
});
