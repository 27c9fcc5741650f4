import * as tf from '@tensorflow/tfjs';
import { expect, it } from 'vitest';
import { train, type RunEvent } from 'twinspec';
import { defineLoss } from 'twinspec/plugin';
import { loadRuntime } from '../../../plugins/engines/onnx/runtime.js';
import { registryWith } from '../../../core/wiring/registry.js';
import { stepModel } from '../../../core/api/step-model.js';
import { validateSpec } from '../../../core/spec/validate-spec.js';
import { blobs, blobSpec } from '../../support/blobs.js';

const plugins = [blobs()];
const specOf = (engine: string) => validateSpec(blobSpec({ engine }), { registry: registryWith(plugins) });

it('gives the training step as a model that ONNX Runtime reads', async () => {
  const runtime = await loadRuntime();
  const session = await runtime.session(await stepModel(specOf('onnx'), { plugins }), { threads: 1 });
  await session.dispose();
});

it('refuses an engine that makes no graph', async () => {
  await expect(stepModel(specOf('cpu'), { plugins })).rejects.toMatchObject({
    code: 'ENGINE_UNSUPPORTED',
    message: 'Engine cpu makes no graph of a training step.',
  });
});

/** Its kernel, FlipLeftRight, has no counterpart in the onnx engine. */
const flipping = defineLoss({
  name: 'test/flipping',
  summary: 'Uses an op that does not compile.',
  consumes: 'pairs',
  options: {},
  create: () => ({
    values: ({ distance, same }) => {
      const image = tf.reshape<tf.Rank.R4>(same, [1, -1, 1, 1]);
      return tf.square(tf.sub(distance, tf.reshape(tf.image.flipLeftRight(image), same.shape)));
    },
  }),
});

it('trains on another engine under auto, with a warning that names plugin and op', async () => {
  const events: RunEvent[] = [];
  const { summary, model } = await train(blobSpec({ engine: 'auto', loss: 'test/flipping' }), {
    plugins: [...plugins, flipping],
    onEvent: (event) => events.push(event),
  });
  await model.dispose();
  expect(summary.engine.engine).toBe('cpu');
  const warnings = events.flatMap((event) => (event.type === 'warning' ? [event.message] : []));
  expect(warnings).toHaveLength(1);
  expect(warnings[0]).toContain('loss test/flipping');
  expect(warnings[0]).toContain('FlipLeftRight');
});

it('ends a run that names the engine, with the same words', async () => {
  const run = train(blobSpec({ engine: 'onnx', loss: 'test/flipping' }), { plugins: [...plugins, flipping] });
  await expect(run).rejects.toMatchObject({
    code: 'ENGINE_UNSUPPORTED',
    message: expect.stringMatching(/loss test\/flipping.*FlipLeftRight/s) as string,
  });
});
