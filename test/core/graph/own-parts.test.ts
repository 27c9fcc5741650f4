import { describe, expect, it } from 'vitest';
import { checkPlugin, formatReport } from 'twinspec/testing';
import { loadModel, resume, train, type SpecInput } from 'twinspec';
import {
  defineDistance,
  defineLoss,
  defineOptimizer,
  defineSampler,
  pick,
  safeNorm,
  type HostTensors,
  type Pairs,
  type SamplerDescriptor,
} from 'twinspec/plugin';
import { readModel } from '../../../core/model/model-folder.js';
import { loadLatest } from '../../../core/run/checkpoints.js';
import { blobs, blobSpec } from '../../support/blobs.js';
import { relativeError } from '../../support/numbers.js';
import { mahalanobis, remembering, weightedSum } from '../../support/own-parts.js';
import { temporaryFolder } from '../../support/temporary-folder.js';

const folder = temporaryFolder();
const plugins = [blobs('rows'), mahalanobis, remembering, weightedSum];
const training = { learningRate: 0.01, batchSize: 16, epochs: 3 };
const engines = ['cpu', 'onnx'];
const factor = 'distance/factor';

const spec = (engine: string, more: Partial<SpecInput> = {}, changes: Partial<SpecInput['training']> = {}) =>
  blobSpec({
    engine,
    distance: mahalanobis.name,
    loss: { use: remembering.name, with: { jitter: 0.05 } },
    training: { ...training, ...changes },
    ...more,
  });
/** One step that moves nothing. */
const still = { maxSteps: 1, learningRate: 1e-20 };
const pairs = { loss: 'contrastive', evaluation: { threshold: 0.5 } } as const;

async function tensorsAfter(input: SpecInput, name = 'run'): Promise<HostTensors> {
  const out = `${folder()}/${name}`;
  const { model } = await train(input, { plugins, folder: { out } });
  await model.dispose();
  return (await loadLatest(out)).saved.tensors;
}

/** ‖(a − b)·F‖ in float64. */
function byHand(a: Float32Array, b: Float32Array, f: Float32Array): number {
  const d = a.length;
  const mapped = Array.from({ length: d }, (_, column) =>
    a.reduce((sum, value, row) => sum + (value - b[row]) * f[row * d + column], 0),
  );
  return Math.hypot(...mapped);
}

describe.each(engines)('on %s', (engine) => {
  it('weights of a distance and of a loss, and the state of a loss, are trained', async () => {
    const after = await tensorsAfter(spec(engine, pairs));
    const untrained = await tensorsAfter(spec(engine, pairs, still), 'untrained');
    expect(relativeError(after[`weights/${factor}`].data, untrained[`weights/${factor}`].data)).toBeGreaterThan(0.01);
    expect(Object.keys(after)).toContain(`slots/rms/${factor}`);

    const remembered = await tensorsAfter(spec(engine), 'remembering');
    expect(remembered['weights/loss/scale'].data[0]).not.toBe(1);
    expect([...remembered['state/loss/labels'].data].every((label) => [0, 1, 2].includes(label))).toBe(true);
    const { samples } = { samples: remembered['state/loss/samples'] };
    expect(samples.shape).toEqual([6, 4]);
  });

  it('start from first values that are orthogonal', async () => {
    const { [`weights/${factor}`]: first } = await tensorsAfter(spec(engine, pairs, still));
    for (let i = 0; i < 4; i++) {
      for (let j = 0; j < 4; j++) {
        const product = [0, 1, 2, 3].reduce((sum, k) => sum + first.data[4 * i + k] * first.data[4 * j + k], 0);
        expect(product).toBeCloseTo(i === j ? 1 : 0, 6);
      }
    }
  });

  it('are frozen by place, and moved by nothing else', async () => {
    const frozen = await tensorsAfter(spec(engine, pairs, { freeze: ['distance'] }));
    const untrained = await tensorsAfter(spec(engine, pairs, still), 'untrained');
    expect(frozen[`weights/${factor}`].data).toEqual(untrained[`weights/${factor}`].data);
    expect(frozen['weights/base/1/kernel'].data).not.toEqual(untrained['weights/base/1/kernel'].data);
    expect(Object.keys(frozen).filter((key) => key.startsWith('slots/') && key.includes('distance'))).toEqual([]);
  });

  it('go on from a checkpoint to the same bits', async () => {
    const whole = await tensorsAfter(spec(engine, {}, { epochs: 4, checkpoint: { everySteps: 5 } }), 'whole');
    const out = `${folder()}/halves`;
    const first = await train(spec(engine, {}, { epochs: 4, maxSteps: 7, checkpoint: { everySteps: 5 } }), {
      plugins,
      folder: { out },
    });
    await first.model.dispose();
    const second = await resume(out, { plugins, set: ['training.maxSteps=null'] });
    await second.model.dispose();
    const { saved } = await loadLatest(out);
    expect(Object.keys(saved.tensors).sort()).toEqual(Object.keys(whole).sort());
    for (const [key, { data }] of Object.entries(whole)) expect(saved.tensors[key].data, key).toEqual(data);
  });

  it('are saved, averaged where weights are, and measure in a loaded model', async () => {
    for (const decay of [null, 0.8]) {
      const out = `${folder()}/${String(decay)}`;
      const { model: trained } = await train(spec(engine, pairs, { ema: { decay } }), { plugins, folder: { out } });
      const { weights } = await readModel(out);
      const { saved } = await loadLatest(out);
      const judged = decay === null ? 'weights' : 'ema';
      expect(weights[factor].data).toEqual(saved.tensors[`${judged}/${factor}`].data);
      if (decay !== null) expect(weights[factor].data).not.toEqual(saved.tensors[`weights/${factor}`].data);
      const model = await loadModel(out, { plugins });
      const [a, b] = [await model.embed([0.3, -1, 2, 0.5]), await model.embed([1, 1, -0.5, 0])];
      const distances = await model.distance(a, b);
      expect(distances).toEqual(await trained.distance(a, b));
      for (const row of [0, 1]) {
        const [left, right] = [a, b].map(({ data }) => data.subarray(4 * row, 4 * row + 4));
        const expected = byHand(left, right, weights[factor].data);
        expect(Math.abs(distances[row] - expected)).toBeLessThan(1e-5 * Math.max(1, expected));
      }
      await model.dispose();
      await trained.dispose();
    }
  });

  it('of a distance with noise are trained, which measures without noise afterwards', async () => {
    const noisy = defineDistance({
      name: 'test/noisy',
      summary: 'Another one in each step.',
      weights: ['scale'],
      inject: ['tf'],
      create: (_options, tf) => ({
        weights: () => ({ scale: { shape: [], init: { kind: 'constant', value: 1 } } }),
        between(a, b, { weights: { scale }, noise, training }) {
          const apart = tf.mul(safeNorm(tf, tf.sub(a, b)), scale);
          return training ? tf.add(apart, tf.mul(noise('jitter', 'normal', apart.shape), 0.1)) : apart;
        },
      }),
    });
    const { model } = await train(spec(engine, { ...pairs, distance: noisy.name }), { plugins: [...plugins, noisy] });
    const [a, b] = [await model.embed([0.3, -1, 2, 0.5]), await model.embed([1, 1, -0.5, 0])];
    expect(await model.distance(a, b)).toEqual(await model.distance(a, b));
    await model.dispose();
  });

  it('are taken from another model by a warm start', async () => {
    const from = `${folder()}/from`;
    const { model } = await train(spec(engine), { plugins, folder: { out: from } });
    await model.dispose();
    const out = `${folder()}/warm`;
    const warm = await train(spec(engine, {}, { maxSteps: 1, freeze: ['loss', 'distance'] }), {
      plugins,
      folder: { out },
      warmStart: from,
    });
    await warm.model.dispose();
    const { weights, state } = await readModel(from);
    const { saved } = await loadLatest(out);
    for (const place of [factor, 'loss/scale'])
      expect(saved.tensors[`weights/${place}`].data, place).toEqual(weights[place].data);
    expect(saved.tensors['state/loss/samples'].data).toEqual(state['loss/samples'].data);
  });

  it('of losses inside of a loss are trained, renewed and resumed, each in its own place', async () => {
    const inner = { use: remembering.name, with: { jitter: 0.05 } };
    const both = {
      use: weightedSum.name,
      with: { losses: [inner, { ...inner, with: { jitter: 0 } }], factors: [1, 0.5] },
    };
    const after = await tensorsAfter(spec(engine, { loss: both }));
    for (const index of [0, 1]) {
      expect(after[`weights/loss/losses/${index}/scale`].data[0]).not.toBe(1);
      expect(after[`state/loss/losses/${index}/samples`].shape).toEqual([6, 4]);
    }
    expect(after['weights/loss/losses/0/scale'].data).not.toEqual(after['weights/loss/losses/1/scale'].data);
    // Both remember the embeddings of the same batches.
    expect(after['state/loss/losses/0/samples'].data).toEqual(after['state/loss/losses/1/samples'].data);
  });
});

it('a loss around one loss alone is that loss, to the bit', async () => {
  const inner = { use: 'contrastive', with: { margin: 0.7 } };
  const plain = await tensorsAfter(spec('cpu', { ...pairs, loss: inner }), 'plain');
  const around = { use: weightedSum.name, with: { losses: [inner], factors: [1] } };
  const wrapped = await tensorsAfter(spec('cpu', { ...pairs, loss: around }), 'wrapped');
  for (const [key, { data }] of Object.entries(plain)) expect(wrapped[key].data, key).toEqual(data);
});

it.each([mahalanobis, remembering, weightedSum])(
  'the test kit finds nothing wrong with $kind $name',
  async (plugin) => {
    const report = await checkPlugin(plugin);
    expect(report.ok, formatReport(report)).toBe(true);
  },
);

describe('weights of examples', () => {
  const toldSame = defineLoss({
    name: 'test/same',
    summary: 'Whether a pair matches.',
    consumes: 'pairs',
    inject: ['tf'],
    create: (_options, tf) => ({ values: ({ same, distance }) => tf.add(same, tf.mul(distance, 0)) }),
  });
  const matchesOnly = (weightOf: (same: Float32Array) => Float32Array) =>
    defineSampler({
      name: 'test/matches-only',
      summary: 'Only matches count.',
      yields: { pairs: 'pairs' },
      create: () => ({
        epoch({ examples, batchSize }) {
          const batch = (index: number) =>
            pick(
              examples,
              Int32Array.from({ length: batchSize }, (_, at) => index * batchSize + at),
            ) as Pairs;
          return { batches: 2, batch: (index) => ({ ...batch(index), weight: weightOf(batch(index).same) }) };
        },
      }),
    });
  const run = (sampler: SamplerDescriptor, changes: Partial<SpecInput['training']> = {}) =>
    train(spec('onnx', { ...pairs, loss: toldSame.name }, { epochs: 1, sampler: sampler.name, ...changes }), {
      plugins: [blobs('pairs'), mahalanobis, toldSame, sampler],
    });

  it('that a sampler gives count', async () => {
    const { summary, model } = await run(matchesOnly((same) => same));
    expect(summary.trainingLoss).toBe(1);
    await model.dispose();
  });

  it('are refused where batches are accumulated, and where they are no numbers', async () => {
    await expect(
      run(
        matchesOnly((same) => same),
        { accumulate: 2 },
      ),
    ).rejects.toMatchObject({
      code: 'SPEC_MISMATCH',
      message: expect.stringContaining('examples have weights') as string,
    });
    await expect(run(matchesOnly((same) => Array.from(same) as never))).rejects.toMatchObject({
      code: 'PLUGIN_FAILED',
      message: expect.stringContaining('a column "weight" that is no Float32Array') as string,
    });
  });
});

it('noise outside of training is refused', async () => {
  const always = defineDistance({
    name: 'test/always-noisy',
    summary: 'Another one whenever it is asked.',
    inject: ['tf'],
    create: (_options, tf) => ({
      between(a, b, { noise }) {
        const apart = safeNorm(tf, tf.sub(a, b));
        return tf.add(apart, noise('jitter', 'normal', apart.shape));
      },
    }),
  });
  const failure = train(spec('cpu', { ...pairs, distance: always.name }), { plugins: [...plugins, always] });
  await expect(failure).rejects.toMatchObject({
    code: 'PLUGIN_FAILED',
    message: expect.stringMatching(
      /^distance test\/always-noisy: between: it asks for the noise "jitter" outside of training/,
    ) as string,
  });
});

it('numbers are the same on every engine, those of noise too', async () => {
  const [cpu, onnx] = [await tensorsAfter(spec('cpu'), 'cpu'), await tensorsAfter(spec('onnx'), 'onnx')];
  for (const [key, { data }] of Object.entries(cpu))
    expect(relativeError(onnx[key].data, data), key).toBeLessThan(1e-3);
});

it('a value that is not finite is named by the place of a weight of the distance', async () => {
  const bad = defineOptimizer({
    name: 'test/bad-optimizer',
    summary: 'Loses the square matrices.',
    inject: ['tf'],
    create: (_options, tf) => ({
      slots: {},
      update: ({ weight }) => ({
        weight: String(weight.shape) === '4,4' ? tf.mul(weight, Infinity) : weight,
        slots: {},
      }),
    }),
  });
  const input = spec('cpu', pairs, { optimizer: bad.name });
  await expect(train(input, { plugins: [...plugins, bad] })).rejects.toMatchObject({
    code: 'NON_FINITE',
    message: expect.stringMatching(/^In step 1 the update of weights\/distance\/factor is /) as string,
  });
});
