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
      withoutRepeats(() => require(`@tensorflow/tfjs-${part}`) as unknown);
      await setImmediate();
    }
    return withoutRepeats(() => require('@tensorflow/tfjs') as Tf);
  } catch {
    return null;
  }
}

/** Loads without the hundreds of warnings that a host's copy of tfjs has registered its kernels already. */
function withoutRepeats<T>(load: () => T): T {
  const host = globalThis.console;
  const { warn } = host;
  host.warn = (...words: unknown[]) => {
    if (!/already (registered|been set)/.test(String(words[0]))) warn(...words);
  };
  try {
    return load();
  } finally {
    host.warn = warn;
  }
}
