import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { defineBase, defineDistance, defineLoss, type Descriptor } from 'twinspec/plugin';
import { expect, it } from 'vitest';
import { evaluate, loadModel, resume, train, type RunEvent } from 'twinspec';
import { blobs, blobSpec } from '../../support/blobs.js';
import { temporaryFolder } from '../../support/temporary-folder.js';

const folder = temporaryFolder();
const training = { learningRate: 0.01, batchSize: 16, epochs: 2 };

const base = (activation: 'tanh' | 'sigmoid', note = 'A layer.') =>
  defineBase({
    name: 'own-base',
    summary: note,
    inject: ['tf'],
    create: (_options, tf) => ({
      model: ([size]) => tf.sequential({ layers: [tf.layers.dense({ units: 3, activation, inputShape: [size] })] }),
    }),
  });
const distance = (factor: number) =>
  defineDistance({
    name: 'own-distance',
    summary: 'Sum of absolute differences.',
    inject: ['tf'],
    create: (_options, tf) => ({ between: (a, b) => tf.mul(tf.sum(tf.abs(tf.sub(a, b)), -1), factor) }),
  });
const loss = (margin: number) =>
  defineLoss({
    name: 'own-loss',
    summary: 'A hinge.',
    consumes: 'pairs',
    inject: ['tf'],
    create: (_options, tf) => ({
      values: ({ distance, same }) =>
        tf.add(tf.mul(same, distance), tf.mul(tf.sub(1, same), tf.relu(tf.sub(margin, distance)))),
    }),
  });
const plugins = (...[activation = 'tanh', factor = 1, margin = 1]: [('tanh' | 'sigmoid')?, number?, number?]) =>
  [blobs(), base(activation), distance(factor), loss(margin)] as Descriptor[];
const spec = (engine: string) =>
  blobSpec({ base: 'own-base', distance: 'own-distance', loss: 'own-loss', engine, training });

async function trained(engine: string): Promise<string> {
  const out = join(folder(), 'run');
  const { model } = await train(spec(engine), { plugins: plugins(), folder: { out } });
  await model.dispose();
  return out;
}

it.each(['cpu', 'onnx'])(
  'on %s: a model whose base or distance has changed is refused, another engine is not',
  async (engine) => {
    const out = await trained(engine);
    for (const other of ['cpu', 'onnx']) {
      const model = await loadModel(out, { plugins: plugins('tanh', 1, 9), engine: other });
      await model.dispose();
    }
    const refusal = (plugin: string) => ({
      code: 'MODEL_INVALID',
      message: `${plugin} computes something else than when the model was saved.`,
    });
    for (const judge of [loadModel, evaluate]) {
      await expect(judge(out, { plugins: plugins('sigmoid') })).rejects.toMatchObject(refusal('base own-base'));
      await expect(judge(out, { plugins: plugins('tanh', 1.01) })).rejects.toMatchObject(
        refusal('distance own-distance'),
      );
    }
  },
);

it('a model that was saved without what it gives is loaded as it is', async () => {
  const out = await trained('cpu');
  const file = join(out, 'model/model.json');
  const text = await readFile(file, 'utf8');
  expect((JSON.parse(text) as { probe: { embeddings: number[][] } }).probe.embeddings).toHaveLength(8);
});

it.each(['cpu', 'onnx'])('on %s: a run does not go on with other code, unless it is told to', async (engine) => {
  const out = await trained(engine);
  const events: RunEvent[] = [];
  const goOn = (own: readonly Descriptor[], more: object = {}) =>
    resume(out, {
      plugins: own,
      set: [`training.epochs=${4 + events.length}`],
      onEvent: (event) => void events.push(event),
      ...more,
    });
  for (const own of [plugins('tanh', 1, 2), plugins('sigmoid'), plugins('tanh', 2)])
    await expect(goOn(own)).rejects.toMatchObject({
      code: 'RESUME_REFUSED',
      message: 'The training step computes something else than when the run began: the code of a plugin has changed.',
    });
  events.length = 0;
  const same = await goOn([blobs(), base('tanh', 'Other words, the same code.'), distance(1), loss(1)]);
  await same.model.dispose();
  expect(events.some(({ type }) => type === 'warning')).toBe(false);

  const other = await goOn(plugins('tanh', 1, 2), { changedCode: true });
  await other.model.dispose();
  expect(other.summary.warnings).toEqual([
    { message: expect.stringContaining('the code of a plugin has changed') as string, times: 1 },
  ]);
});

it('under another version of Twinspec, a step that is written differently is a warning', async () => {
  const out = await trained('cpu');
  const file = join(out, 'environment.json');
  const environment = JSON.parse(await readFile(file, 'utf8')) as { step: { sha256: string } };
  expect(environment.step.sha256).toMatch(/^[0-9a-f]{64}$/);
  await writeFile(file, JSON.stringify({ ...environment, twinspec: '0.0.1', step: { sha256: 'other' } }));
  const { summary, model } = await resume(out, { plugins: plugins(), set: ['training.epochs=3'] });
  await model.dispose();
  expect(summary.warnings).toEqual([
    { message: expect.stringContaining('with Twinspec 0.0.1; this is') as string, times: 1 },
  ]);
});
