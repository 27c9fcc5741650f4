import * as tf from '@tensorflow/tfjs';
import { train } from 'twinspec';
import { defineDistance, defineLoss, defineReducer, type Distance, type Loss, type Tensor } from 'twinspec/plugin';
import { beforeEach, describe, expect, expectTypeOf, test } from 'vitest';
import { createRegistry } from '../../../core/plugin/registry.js';
import { createPlugin } from '../../../core/wiring/create-plugin.js';
import { blobs, blobSpec } from '../../support/blobs.js';

const summary = 'For tests.';
const description = 'For tests.';
/** What each `create` got, in order. */
const created: { readonly name: string; readonly options: Record<string, unknown>; readonly draw?: number }[] = [];
beforeEach(() => void created.splice(0));

const probe = defineDistance({
  name: 'acme/probe',
  summary,
  options: { power: { type: 'number', default: 1, description } },
  inject: ['random'],
  create(options, random) {
    created.push({ name: 'probe', options, draw: random.stream('x').uniform() });
    return { between: (a, b) => tf.mul(tf.sum(tf.abs(tf.sub(a, b)), -1), options.power) };
  },
});
const around = defineReducer({
  name: 'acme/around',
  summary,
  options: {
    one: { type: 'plugin', kind: 'distance', description },
    many: { type: 'array', items: { type: 'plugin', kind: 'distance' }, description },
    deep: {
      type: 'object',
      description,
      properties: { none: { type: 'plugin', kind: 'distance', nullable: true, description } },
    },
    plain: { type: 'array', items: { type: 'number' }, description },
  },
  create(options) {
    expectTypeOf(options.one).toEqualTypeOf<Distance>();
    expectTypeOf(options.many).toEqualTypeOf<readonly Distance[]>();
    expectTypeOf(options.deep.none).toEqualTypeOf<Distance | null>();
    created.push({ name: 'around', options });
    return { reduce: (values) => tf.mean(values) };
  },
});
const late = defineReducer({
  name: 'acme/late',
  summary,
  create: () => Promise.resolve({ reduce: (values) => tf.sum(values) }),
});
const failing = defineReducer({
  name: 'acme/failing',
  summary,
  create: () => Promise.reject(new Error('no file')),
});
const outer = defineLoss({
  name: 'acme/outer',
  summary,
  consumes: 'pairs',
  options: { reducer: { type: 'plugin', kind: 'reducer', description } },
  create: () => ({ values: ({ distance }) => distance }),
});
const workshop = {
  registry: createRegistry([probe, around, late, failing, outer]),
  seed: 5,
  fixedSeed: -1,
  tf,
  logger: { warn: () => undefined },
};
const probeOf = (power: number) => ({ use: 'acme/probe', with: { power } });

describe('createPlugin', () => {
  const options = { one: probeOf(1), many: [probeOf(2), probeOf(3)], deep: { none: null }, plain: [1, 2] };
  const create = () => createPlugin(workshop, 'reducer', { use: 'acme/around', with: options });

  test('hands over the instances of the plugins that options name', async () => {
    await create();
    expect(created.map(({ name }) => name)).toEqual(['probe', 'probe', 'probe', 'around']);
    const given = created[3].options as { one: Distance; many: readonly Distance[] };
    const [a, b] = [tf.tensor([[1, 2]]), tf.tensor([[0, 0]])];
    const alone = { weights: {}, training: false, noise: () => a };
    const measured = [given.one, ...given.many].map((distance) => distance.between(a, b, alone).dataSync()[0]);
    expect(measured).toEqual([3, 6, 9]);
    expect(given).toMatchObject({ deep: { none: null }, plain: [1, 2] });
    expect([given, given.many].every(Object.isFrozen)).toBe(true);
  });

  test('gives each plugin random streams of its place, the same in every run', async () => {
    await create();
    await createPlugin(workshop, 'distance', probeOf(1));
    const first = created.flatMap(({ draw }) => draw ?? []);
    expect(new Set(first).size).toBe(4);
    created.splice(0);
    await create();
    expect(created.flatMap(({ draw }) => draw ?? [])).toEqual(first.slice(0, 3));
  });

  test('waits for a plugin that takes its time', async () => {
    const reducer = await createPlugin(workshop, 'reducer', { use: 'acme/late', with: {} });
    expect(reducer.reduce(tf.tensor([1, 2]), null).dataSync()[0]).toBe(3);
  });

  test('names the plugin that failed, not the one around it', async () => {
    const use = { use: 'acme/outer', with: { reducer: { use: 'acme/failing', with: {} } } };
    await expect(createPlugin(workshop, 'loss', use)).rejects.toThrow(/^reducer acme\/failing: no file/);
  });
});

/** Σ weight · loss, each a term of its own. */
const weightedSum = defineLoss({
  name: 'acme/weighted-sum',
  summary: 'A weighted sum of losses over pairs.',
  consumes: 'pairs',
  options: {
    losses: { type: 'array', minItems: 1, items: { type: 'plugin', kind: 'loss' }, description: 'The addends.' },
    weights: { type: 'array', minItems: 1, items: { type: 'number' }, description: 'What each counts.' },
  },
  create({ losses, weights }) {
    expectTypeOf(losses).toEqualTypeOf<readonly Loss[]>();
    return {
      values: (inputs) => {
        const terms = losses.map((loss, index) => [
          `addend${index}`,
          { values: loss.values(inputs) as Tensor, weight: weights[index] },
        ]);
        return Object.fromEntries(terms) as Record<string, { values: Tensor }>;
      },
    };
  },
});

describe('a weighted sum of losses', () => {
  const lossesOf = async (loss: unknown) => {
    const seen: number[] = [];
    const spec = blobSpec({ loss: loss as string, training: { learningRate: 0.01, batchSize: 16, epochs: 1 } });
    const { model } = await train(spec, {
      plugins: [blobs(), weightedSum],
      onEvent: (event) => {
        if (event.type === 'step') seen.push(event.loss);
      },
    });
    await model.dispose();
    return seen;
  };
  const sum = (losses: unknown[], weights: number[]) => ({ use: 'acme/weighted-sum', with: { losses, weights } });

  test('of one loss is that loss, and of it twice by halves too', async () => {
    const alone = await lossesOf({ use: 'contrastive', with: { margin: 1.5 } });
    const inner = { use: 'contrastive', with: { margin: 1.5 } };
    expect(await lossesOf(sum([inner], [1]))).toEqual(alone);
    const halves = await lossesOf(sum([inner, inner], [0.25, 0.75]));
    halves.forEach((value, step) => expect(value).toBeCloseTo(alone[step], 5));
    expect(await lossesOf(sum(['contrastive'], [1]))).not.toEqual(alone);
  });
});
