import * as tf from '@tensorflow/tfjs';
import { defineLoss, type Feed, type HostTensors, type Program } from 'twinspec/plugin';
import { describe, expect, it, vi } from 'vitest';
import { noiseOf } from '../../../../core/random/stream.js';
import onnx from '../../../../plugins/engines/onnx/index.js';
import type * as Packing from '../../../../plugins/engines/onnx/pack-updates.js';
import adagrad from '../../../../plugins/optimizers/adagrad.js';
import adam from '../../../../plugins/optimizers/adam.js';
import adamw from '../../../../plugins/optimizers/adamw.js';
import rmsprop from '../../../../plugins/optimizers/rmsprop.js';
import sgd from '../../../../plugins/optimizers/sgd.js';
import type { GraphParts } from '../../../../core/graph/parts.js';
import { create, graphOf, randomSamples, type OtherParts, rowFeed } from '../../../support/graph.js';
import { trainingDefaults } from '../../../support/training-defaults.js';
import { numbers } from './compare.js';

/** Whether steps are packed, and the members of each pack of the step that was compiled last. */
const packing = vi.hoisted(() => ({ on: true, packs: [] as string[][] }));

vi.mock('../../../../plugins/engines/onnx/pack-updates.js', async (importActual) => {
  const actual = await importActual<typeof Packing>();
  const packUpdates: typeof actual.packUpdates = (graph, carried) => {
    const step = packing.on ? actual.packUpdates(graph, carried) : { graph, carried, packs: [] };
    packing.packs = step.packs.map(({ members }) => members.map(({ input }) => input.replace('carried:', '')));
    return step;
  };
  return { ...actual, packUpdates };
});

const engine = await onnx.create({ threads: 1 }, tf);
const samples = randomSamples(24, [6, 6, 1]);

interface Result {
  readonly outputs: readonly Readonly<Record<string, Float32Array>>[];
  readonly carried: HostTensors;
}

/** Runs a program, `feeds` in one call or in one call each. */
async function run(program: Program, initial: HostTensors, feeds: readonly Feed[], inOne: boolean, packed: boolean) {
  packing.on = packed;
  const session = await engine.open(samples);
  session.write(initial);
  const compiled = await session.compile(program);
  const outputs = [];
  for (const calls of inOne ? [feeds] : feeds.map((feed) => [feed])) outputs.push(...(await compiled.run(calls)));
  const carried = await session.read();
  await session.dispose();
  return { outputs, carried };
}

/** Expects the same bits with and without packs, of one call and of several; tells the packs. */
async function expectSame(program: Program, initial: HostTensors, feeds: readonly Feed[]): Promise<string[][]> {
  const expected: Result = await run(program, initial, feeds, false, false);
  expect(packing.packs).toEqual([]);
  for (const inOne of [false, true]) {
    const actual = await run(program, initial, feeds, inOne, true);
    expect(actual).toEqual(expected);
  }
  return packing.packs;
}

/** A net of many small tensors: convolution, batch normalization and five dense layers of their own sizes. */
const base = ({ layers, sequential }: typeof tf) =>
  sequential({
    layers: [
      layers.conv2d({ filters: 3, kernelSize: 3, activation: 'relu', inputShape: [6, 6, 1] }),
      layers.batchNormalization(),
      layers.flatten(),
      ...[7, 6, 5, 4].map((units) => layers.dense({ units, activation: 'tanh' })),
      layers.dropout({ rate: 0.25 }),
      layers.dense({ units: 3 }),
    ],
  });

const feedOf = (step: number): Feed => ({
  inputs: {
    ...rowFeed(Int32Array.from({ length: 8 }, (_, index) => (step * 5 + index * 7) % 24)),
    same: Float32Array.of(1, 0, 1, 0),
    learningRate: Float32Array.of(0.01 / step),
    step: Float32Array.of(step),
    progress: Float32Array.of(0),
  },
  noise: noiseOf(1, step),
});
const fiveSteps = [1, 2, 3, 4, 5].map(feedOf);

const loopOf = (loop: Partial<GraphParts['loop']>): OtherParts => ({ loop: { ...trainingDefaults, ...loop } });

describe('Training steps have the same bits with packed updates', () => {
  const cases: [string, OtherParts][] = [
    ['sgd with momentum', { optimizer: create(sgd, { momentum: 0.9 }) }],
    ['sgd with Nesterov momentum', { optimizer: create(sgd, { momentum: 0.9, nesterov: true }) }],
    ['rmsprop', { optimizer: create(rmsprop) }],
    ['adagrad', { optimizer: create(adagrad) }],
    ['adam', { optimizer: create(adam) }],
    ['adamw with weight decay', { optimizer: create(adamw, { weightDecay: 0.1 }) }],
    ['clipping by the norm of all', loopOf({ clip: { value: null, norm: 0.05 } })],
    ['clipping by value', loopOf({ clip: { value: 0.001, norm: null } })],
    ['a running mean of the weights', loopOf({ ema: { decay: 0.9 } })],
    ['frozen weights', loopOf({ freeze: ['base/3', 'base/5/bias'] })],
    [
      'all at once',
      {
        optimizer: create(adam),
        ...loopOf({ clip: { value: 0.01, norm: 0.02 }, ema: { decay: 0.5 }, freeze: ['base/4'] }),
      },
    ],
  ];

  it.each(cases)('%s', async (_, parts) => {
    const graph = graphOf(base, parts);
    const packs = await expectSame(graph.step({ unit: 'pairs' }, 4), graph.initial, fiveSteps);
    const frozen = parts.loop?.freeze ?? [];
    const trained = Object.keys(graph.initial).filter(
      (place) => place.startsWith('weights/') && !frozen.some((start) => place.startsWith(`weights/${start}`)),
    );
    expect(packs.find(([first]) => first.startsWith('weights/'))).toEqual(trained);
  });
});

it('weights of a loss that learn at a rate of their own are packed apart', async () => {
  const weighted = defineLoss({
    name: 'weighted',
    summary: 'Distances times weights.',
    consumes: 'pairs',
    weights: ['0', '1', '2', '3', '4', '5'],
    inject: ['tf'],
    create: (_, tfjs) => ({
      values: ({ distance, weights }) =>
        Object.values(weights).reduce((values, weight) => tfjs.mul(values, tfjs.mean(tfjs.square(weight))), distance),
    }),
  });
  const names = Array.from({ length: 6 }, (_, index) => `loss/${index}`);
  const lossWeights = Object.fromEntries(
    names.map((name, index) => [name, { shape: [4], data: Float32Array.of(1, 2, 1 + index / 8, 0.5) }]),
  );
  const graph = graphOf(base, { loss: create(weighted), lossWeights, lossLearningRate: 10, optimizer: create(adam) });
  const packs = await expectSame(graph.step({ unit: 'pairs' }, 4), graph.initial, fiveSteps);
  const packsOfWeights = packs.filter(([first]) => first.startsWith('weights/'));
  expect(packsOfWeights).toHaveLength(2);
  expect(packsOfWeights[1]).toEqual(names.map((name) => `weights/${name}`));
});

type Tensors = Record<string, tf.Tensor>;

/** The shapes of what the small programs below carry. */
const shapes: readonly number[][] = [[3], [5], [2, 2], [7], [3, 1, 2], [4], [11], [6]];

/** A program that carries a tensor of each shape, `0` and so on, and more; each step is fed with a number `rate`. */
function small(
  body: (all: readonly tf.Tensor[], carried: Tensors, rate: tf.Scalar) => { carried: Tensors; outputs?: Tensors },
  more: Record<string, readonly number[]> = {},
): Promise<string[][]> {
  const carried = { ...Object.fromEntries(shapes.map((shape, index) => [String(index), shape])), ...more };
  const initial = Object.fromEntries(
    Object.entries(carried).map(([place, shape], index) => [
      place,
      { shape, data: numbers(shape, index + 1).data as Float32Array },
    ]),
  );
  const program: Program = {
    name: 'small',
    carried,
    inputs: { rate: { kind: 'values', dtype: 'float32', shape: [] } },
    body({ carried, inputs }) {
      const result = body(
        shapes.map((_, index) => carried[index]),
        carried,
        inputs['rate'] as tf.Scalar,
      );
      return { outputs: {}, ...result };
    },
  };
  const feeds = [0.5, 0.25, 2].map((rate) => ({ ...feedOf(1), inputs: { rate: Float32Array.of(rate) } }));
  return expectSame(program, initial, feeds);
}

/** Five nodes of its own for each tensor. */
const longUpdate = (x: tf.Tensor, rate: tf.Tensor): tf.Tensor =>
  tf.tanh(tf.sub(tf.mul(tf.abs(x), rate), tf.exp(tf.neg(x))));

const byPlace = (values: readonly tf.Tensor[]): Tensors => Object.fromEntries(values.entries());
const allPlaces = shapes.map((_, index) => String(index));

describe('Small programs have the same bits with packed updates', () => {
  it('of tensors updated alike', async () => {
    const packs = await small((all, _, rate) => ({ carried: byPlace(all.map((x) => longUpdate(x, rate))) }));
    expect(packs).toEqual([allPlaces]);
  });

  it('but for single numbers and large tensors', async () => {
    const more = { single: [1], scalar: [], least: [2], most: [2 ** 15], large: [2 ** 15 + 1] };
    const packs = await small(
      (_, carried, rate) => ({
        carried: Object.fromEntries(Object.entries(carried).map(([place, x]) => [place, longUpdate(x, rate)])),
      }),
      more,
    );
    expect(packs).toEqual([[...allPlaces, 'least', 'most']]);
  });

  it('of two ways of updating', async () => {
    const packs = await small((all, _, rate) => ({
      carried: byPlace(all.map((x, index) => longUpdate(index % 2 === 0 ? tf.neg(tf.exp(x)) : x, rate))),
    }));
    expect(packs).toEqual([allPlaces.filter((_, index) => index % 2 === 0), allPlaces.filter((_, index) => index % 2)]);
  });

  it.each(['log', 'exp', 'sqrt', 'tanh', 'reciprocal', 'square'] as const)('of %s', async (name) => {
    await small((all, _, rate) => ({
      carried: byPlace(all.map((x) => tf.sub(tf[name](tf.add(tf.abs(longUpdate(x, rate)), 0.1)), rate))),
    }));
  });

  it('of powers', async () => {
    await small((all, _, rate) => ({
      carried: byPlace(all.map((x) => tf.pow(tf.add(tf.abs(longUpdate(x, rate)), 0.1), rate))),
    }));
  });

  it('where one uses a number that is the number of a node elsewhere', async () => {
    for (let number = 2; number < 12; number += 1) {
      await small((all, _, rate) => ({
        carried: byPlace(
          all.map((x, index) => longUpdate(tf.mul(tf.sub(x, rate), index % 2 ? number : tf.abs(tf.exp(x))), rate)),
        ),
      }));
    }
  });

  it('where a number is spread over the shape', async () => {
    await small((all, _, rate) => ({
      carried: byPlace(all.map(({ shape }) => longUpdate(tf.mul(tf.ones(shape), rate), rate))),
    }));
  });

  it('where what was carried is told', async () => {
    const packs = await small((all, _, rate) => ({
      carried: byPlace(all.map((x) => longUpdate(x, rate))),
      outputs: { before: all[2], after: longUpdate(all[0], rate) },
    }));
    expect(packs).toEqual([allPlaces]);
  });

  it('where what was carried is carried elsewhere', async () => {
    const packs = await small(
      (all, { copy }, rate) => ({
        carried: { ...byPlace(all.map((x) => longUpdate(x, rate))), copy: all[2] },
        outputs: { copy },
      }),
      { copy: shapes[2] },
    );
    expect(packs).toEqual([allPlaces]);
  });

  it('where something is carried that no step reads', async () => {
    await small(
      (all, _, rate) => ({ carried: { ...byPlace(all.map((x) => longUpdate(x, rate))), last: tf.exp(all[1]) } }),
      { last: shapes[1] },
    );
  });

  it('where one depends on what another becomes', async () => {
    await small((all, _, rate) => {
      const first = longUpdate(all[0], rate);
      const rest = all.slice(1).map((x) => longUpdate(x, tf.mul(rate, tf.max(first))));
      return { carried: byPlace([first, ...rest]) };
    });
  });

  it('where a product joins two of them', async () => {
    await small((all, _, rate) => {
      const next = all.map((x) => longUpdate(x, rate));
      next[5] = longUpdate(tf.dot(tf.outerProduct(all[5] as tf.Tensor1D, next[3] as tf.Tensor1D), all[3]), rate);
      return { carried: byPlace(next) };
    });
  });

  it('where families share a tensor', async () => {
    await small(
      (all, { shared }, rate) => {
        const next = all.map((x) => longUpdate(x, rate));
        next[0] = longUpdate(tf.mul(all[0], shared), rate);
        return { carried: { ...byPlace(next), shared: longUpdate(tf.mul(shared, all[0]), rate) } };
      },
      { shared: shapes[0] },
    );
  });

  it('where tensors become the same', async () => {
    await small(
      (all, _, rate) => {
        const next = all.map((x) => longUpdate(x, rate));
        return { carried: { ...byPlace(next), twin: next[0] } };
      },
      { twin: shapes[0] },
    );
  });

  it('where roles are exchanged', async () => {
    const slots = Object.fromEntries(shapes.map((shape, index) => [`slot ${index}`, shape]));
    await small((all, carried, rate) => {
      const next: Tensors = {};
      all.forEach((x, index) => {
        const slot = carried[`slot ${index}`];
        const [a, b] = index % 2 === 0 ? [x, slot] : [slot, x];
        next[index] = longUpdate(tf.sub(tf.mul(a, rate), b), rate);
        next[`slot ${index}`] = tf.sub(tf.mul(b, 0.5), a);
      });
      return { carried: next };
    }, slots);
  });

  it('where one sum takes in their sums, each as often as it did', async () => {
    // Of whole numbers, which have the same sum in any order.
    const whole = (x: tf.Tensor, rate: tf.Tensor) => tf.neg(tf.abs(tf.sign(tf.sub(tf.mul(x, rate), tf.abs(x)))));
    const packs = await small((all, _, rate) => {
      const next = all.map((x) => whole(x, rate));
      const sums = next.map((x) => tf.sum(x));
      return { carried: byPlace(next), outputs: { total: tf.addN(sums) } };
    });
    expect(packs).toEqual([allPlaces]);
    await small((all, _, rate) => {
      const next = all.map((x) => whole(x, rate));
      const sums = next.map((x) => tf.sum(x));
      return { carried: byPlace(next), outputs: { total: tf.addN([sums[0], sums[0], ...sums]) } };
    });
    await small(
      (all, _, rate) => {
        const next = all.map((x) => whole(x, rate));
        const sums = next.map((x) => tf.sum(x));
        return { carried: { ...byPlace(next), twin: next[0] }, outputs: { total: tf.addN(sums) } };
      },
      { twin: shapes[0] },
    );
  });

  it('after a long chain of operations', async () => {
    await small((all, _, rate) => {
      let x = tf.sum(all[0]);
      for (let i = 0; i < 4000; i += 1) x = tf.sin(x);
      return { carried: byPlace(all.map((each) => longUpdate(each, tf.mul(x, rate)))) };
    });
  });
});
