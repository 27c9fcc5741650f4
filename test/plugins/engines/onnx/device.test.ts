import * as tf from '@tensorflow/tfjs';
import { expect, it } from 'vitest';
import { chooseDevice } from '../../../../plugins/engines/onnx/device.js';
import onnx from '../../../../plugins/engines/onnx/index.js';
import type { Runtime } from '../../../../plugins/engines/onnx/runtime.js';
import { runtime } from './compare.js';

/** A runtime whose GPU does or does not work. */
const runtimeWith = (gpu: { readonly works: boolean }): Runtime => ({
  ...runtime,
  session: (model, options) =>
    gpu.works
      ? runtime.session(model, { ...options, device: 'cpu' })
      : Promise.reject(new Error('a.cc:136 f() status was false. Failed to get a WebGPU adapter: No adapters\n')),
});

it('runs on the cpu unless told otherwise', async () => {
  expect((await onnx.create({ threads: 1 }, tf)).report.device).toBe('cpu');
  expect(await chooseDevice(runtimeWith({ works: true }), 'cpu')).toBe('cpu');
});

it('takes a GPU that works and says in one line why it cannot', async () => {
  expect(await chooseDevice(runtimeWith({ works: true }), 'gpu', true)).toBe('gpu');
  await expect(chooseDevice(runtimeWith({ works: false }), 'gpu', true)).rejects.toMatchObject({
    code: 'ENGINE_UNAVAILABLE',
    message: 'The onnx engine can use no GPU here: Failed to get a WebGPU adapter: No adapters.',
  });
});

it('does not ask WebGPU where the system shows no graphics device', async () => {
  const gpu = runtimeWith({ works: true });
  expect(await chooseDevice(gpu, 'auto', false)).toBe('cpu');
  await expect(chooseDevice(gpu, 'gpu', false)).rejects.toMatchObject({
    message: 'The onnx engine can use no GPU here: this system shows no graphics device.',
  });
});

it('falls back to the cpu where no GPU works', async () => {
  expect(await chooseDevice(runtimeWith({ works: false }), 'auto', true)).toBe('cpu');
});

it('runs on the GPU of this machine, or says that there is none', async () => {
  const made = await Promise.resolve(onnx.create({ threads: 1, device: 'gpu' }, tf)).catch((error: unknown) => error);
  if (made instanceof Error) {
    expect(made).toMatchObject({ code: 'ENGINE_UNAVAILABLE' });
    expect(made.message).toMatch(/^The onnx engine can use no GPU here: [^\n]+\.$/);
  } else expect(made).toMatchObject({ report: { device: 'gpu' } });
});
