import type { Tensor, Tf } from './tensors.js';

/** The fields of tfjs's global engine that name its backend. */
interface BackendState {
  backendName: string | undefined;
  backendInstance: unknown;
}

/**
 * Runs synchronous tfjs code on a backend and leaves tfjs as it was: the host's backend comes back, also after an error,
 * and every tensor made inside is freed but those returned or kept. The one way in which Twinspec touches tfjs's global
 * state; nothing may be awaited inside.
 */
export function onBackend<T>(tf: Tf, backend: string, run: () => T): T {
  const state = tf.engine() as unknown as BackendState;
  const { backendName, backendInstance } = state;
  if (backendName === backend) return tidy(tf, run);
  void tf.setBackend(backend);
  try {
    return tidy(tf, run);
  } finally {
    if (backendName === undefined) Object.assign(state, { backendName, backendInstance });
    else void tf.setBackend(backendName);
  }
}

function tidy<T>(tf: Tf, run: () => T): T {
  return tf.tidy(run as unknown as () => Tensor) as unknown as T;
}
