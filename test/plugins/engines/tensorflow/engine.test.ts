import util from 'node:util';
import * as tf from '@tensorflow/tfjs';
import { afterEach, expect, it } from 'vitest';
import { start } from '../../../../plugins/engines/tensorflow/index.js';
import { probe } from '../../../../plugins/engines/tensorflow/probe.js';
import mlp from '../../../../plugins/bases/mlp.js';
import { cpuEngine, create, graphOf, randomSamples } from '../../../support/graph.js';
import { trainSteps } from '../../../support/train-steps.js';
import { fakePackages, type FakeAddon, type FakePackages } from './fake-packages.js';

const cpuOnly = { isUsingGpuDevice: () => false, TF_Version: '2.9.1' };
const withGpu = { isUsingGpuDevice: () => true, TF_Version: '2.9.1' };
const cannotLoad = new Error('libtensorflow.so.2: cannot open shared object file');

Object.assign(tf.findBackend('cpu'), { firstUse: false });

const made: FakePackages[] = [];
function packages(addons: Readonly<Record<string, FakeAddon | null>>): FakePackages {
  made.push(fakePackages(addons));
  return made.at(-1)!;
}
afterEach(() => made.splice(0).forEach(({ remove }) => remove()));

const seen = () => true;
const unseen = () => false;

it.each([
  ['no package', {}],
  ['a package without its addon', { 'tfjs-node-gpu': null }],
])('%s: is unavailable, and says how to install it', (_, addons) => {
  const { require } = packages(addons);
  expect(probe(require, seen)).toEqual({
    available: false,
    reason: 'no tfjs-node package with its native addon is installed',
    hint: expect.stringMatching(
      /npm install @tensorflow\/tfjs-node-gpu@4\.22\.0 .*CUDA 11\.2 and cuDNN 8\.1/,
    ) as string,
  });
  expect(() => start(tf, require)).toThrow(
    expect.objectContaining({
      code: 'ENGINE_UNAVAILABLE',
      hint: expect.stringContaining('npm install @tensorflow/tfjs-node') as string,
    }),
  );
});

it('is nothing for auto where no NVIDIA driver is seen, and finds that out without loading TensorFlow', () => {
  const { require, loaded } = packages({ 'tfjs-node-gpu': withGpu });
  expect(probe(require, unseen)).toEqual({ available: true, notForAuto: 'no NVIDIA GPU is seen' });
  expect(loaded).toEqual([]);
});

it.each([
  ['sees a GPU: is for auto', { 'tfjs-node-gpu': withGpu }, { available: true }],
  [
    'sees no GPU: is nothing for auto',
    { 'tfjs-node-gpu': cpuOnly },
    { available: true, notForAuto: '@tensorflow/tfjs-node-gpu sees no GPU that it can use' },
  ],
  [
    'cannot load, the package for the CPU can: is nothing for auto',
    { 'tfjs-node-gpu': cannotLoad, 'tfjs-node': cpuOnly },
    { available: true, notForAuto: '@tensorflow/tfjs-node sees no GPU that it can use' },
  ],
  [
    'cannot load: is unavailable',
    { 'tfjs-node-gpu': cannotLoad },
    { available: false, reason: `TensorFlow cannot be loaded: ${cannotLoad.message}` },
  ],
])('a driver is there, and TensorFlow %s', (_, addons, availability) => {
  expect(probe(packages(addons).require, seen)).toMatchObject(availability);
});

it('rejects with the reason where the addon cannot be loaded', () => {
  const { require } = packages({ 'tfjs-node-gpu': cannotLoad, 'tfjs-node': cannotLoad });
  expect(() => start(tf, require)).toThrow(expect.objectContaining({ code: 'ENGINE_UNAVAILABLE', cause: cannotLoad }));
});

it('leaves tfjs and its default to the host, and trains bit for bit as the cpu engine on the same kernels', async () => {
  const { require } = packages({ 'tfjs-node-gpu': cpuOnly });
  const state = tf.engine() as unknown as { backendName: unknown };
  expect(state.backendName).toBeUndefined();
  const removed = ['isNullOrUndefined', 'isArray'] as const;
  const utilities = removed.map((name) => [name, Object.getOwnPropertyDescriptor(util, name)] as const);
  for (const name of removed) Reflect.deleteProperty(util, name);

  const engine = start(tf, require);
  expect(removed.filter((name) => typeof util[name] !== 'function')).toEqual([]);
  for (const [name, original] of utilities) if (original) Object.defineProperty(util, name, original);
  expect(state.backendName).toBeUndefined();
  expect(engine.report).toMatchObject({
    engine: 'tensorflow',
    device: 'cpu',
    runtime: 'TensorFlow 2.9.1 (@tensorflow/tfjs-node-gpu 4.22.0)',
  });

  const graph = graphOf(() => create(mlp, { units: [6, 3], dropout: 0.2 }).model([5], {}));
  const samples = randomSamples(20, [5]);
  const expected = await trainSteps(await cpuEngine(), graph, samples, 3);
  const tensors = tf.engine().state.numTensors;
  expect(await trainSteps(engine, graph, samples, 3)).toEqual(expected);
  expect(tf.engine().state.numTensors).toBe(tensors);
  expect(state.backendName).toBeUndefined();
  tf.backend();
  expect(tf.getBackend()).toBe('cpu');

  start(tf, require);
  expect(tf.getBackend()).toBe('cpu');
});
