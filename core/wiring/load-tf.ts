import { createRequire } from 'node:module';
import { setImmediate } from 'node:timers/promises';
import type { Tf } from '../plugin/tensors.js';

/** TensorFlow.js, loaded when first needed: half a second that `--help` does not have. Its banner stays silent. */
export async function loadTf(): Promise<Tf> {
  const tf = (await loadParts()) ?? (await import('@tensorflow/tfjs'));
  Object.assign(tf.findBackend('cpu'), { firstUse: false });
  return tf;
}

/** Part by part, for all at once hold the event loop for a quarter of a second; null where a host has bundled it. */
async function loadParts(): Promise<Tf | null> {
  try {
    const require = createRequire(createRequire(import.meta.url).resolve('@tensorflow/tfjs'));
    for (const part of ['core', 'layers', 'converter', 'backend-cpu', 'backend-webgl', 'data']) {
      require(`@tensorflow/tfjs-${part}`);
      await setImmediate();
    }
    return require('@tensorflow/tfjs') as Tf;
  } catch {
    return null;
  }
}
