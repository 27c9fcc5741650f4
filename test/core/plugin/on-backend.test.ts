import * as tf from '@tensorflow/tfjs';
import { onBackend } from 'twinspec/plugin';
import { expect, it } from 'vitest';

tf.registerBackend('other', () => Object.assign(new tf.KernelBackend(), { dispose: () => undefined }), 0);
const state = tf.engine() as unknown as { backendName: unknown; backendInstance: unknown };

/** As an import of tfjs-node: another backend is current when it is done. */
const hijack = () => void tf.setBackend('other');

it('leaves a host that has no backend yet without one', () => {
  const before = { name: state.backendName, instance: state.backendInstance };
  expect(before.name).toBeUndefined();
  expect(onBackend(tf, 'cpu', () => tf.getBackend())).toBe('cpu');
  onBackend(tf, 'cpu', hijack);
  expect({ name: state.backendName, instance: state.backendInstance }).toEqual(before);
});

it('gives the backend back that the host had, also after an error and where the code switches itself', () => {
  void tf.setBackend('cpu');
  expect(onBackend(tf, 'other', () => tf.getBackend())).toBe('other');
  onBackend(tf, 'cpu', hijack);
  expect(tf.getBackend()).toBe('cpu');
  const failing = () => {
    hijack();
    throw new Error('fails');
  };
  for (const backend of ['cpu', 'other']) expect(() => onBackend(tf, backend, failing)).toThrow('fails');
  expect(tf.getBackend()).toBe('cpu');
  expect(tf.backend()).toBe(tf.findBackend('cpu'));
});

it('keeps what is returned, alone, in an array or in a record, and frees the rest', () => {
  const before = tf.memory().numTensors;
  const made = () => tf.add(tf.scalar(1), 2);
  const alone = onBackend(tf, 'cpu', made);
  const [first] = onBackend(tf, 'cpu', () => [made()]);
  const { named } = onBackend(tf, 'cpu', () => ({ named: made(), other: 1, nothing: null }));
  expect(tf.memory().numTensors).toBe(before + 3);
  expect([alone, first, named].map((tensor) => tensor.dataSync()[0])).toEqual([3, 3, 3]);
  tf.dispose([alone, first, named]);
  expect(onBackend(tf, 'cpu', () => void made())).toBeUndefined();
  expect(tf.memory().numTensors).toBe(before);
});

it('does not look into host arrays that are returned', () => {
  const data = new Float32Array(2 ** 24 + 1);
  const started = performance.now();
  expect(onBackend(tf, 'cpu', () => ({ weights: { kernel: { shape: [data.length], data } }, data })).data).toBe(data);
  expect(performance.now() - started).toBeLessThan(500);
});
