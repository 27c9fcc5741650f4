import type { Tensor, Tf } from './tensors.js';

/** The fields of tfjs's global engine that name its backend. */
interface BackendState {
  /** Not a string before the first use. */
  backendName: string | null | undefined;
  backendInstance: unknown;
}

/**
 * Runs synchronous tfjs code on a backend and leaves tfjs as it was: the host's backend comes back, also after an error,
 * and every tensor made inside is freed but those kept, and those returned: alone, in an array or in a record. The one way
 * in which Twinspec touches tfjs's global state; nothing may be awaited inside. The code may switch backends itself, as the
 * import of one does.
 */
export function onBackend<T>(tf: Tf, backend: string, run: () => T): T {
  const state = tf.engine() as unknown as BackendState;
  const { backendName, backendInstance } = state;
  if (backendName !== backend) void tf.setBackend(backend);
  try {
    return tidy(tf, run);
  } finally {
    if (state.backendName !== backendName) restore(tf, { backendName, backendInstance });
  }
}

function restore(tf: Tf, host: BackendState): void {
  if (typeof host.backendName === 'string') void tf.setBackend(host.backendName);
  else Object.assign(tf.engine(), host);
}

/** tfjs would look for tensors in all that is returned, element by element also in host arrays of millions. */
function tidy<T>(tf: Tf, run: () => T): T {
  let result: T;
  tf.tidy(() => {
    result = run();
    return tensorsIn(result);
  });
  return result!;
}

function tensorsIn(result: unknown): Tensor[] {
  if (typeof result !== 'object' || result === null || ArrayBuffer.isView(result)) return [];
  return [result, ...(Object.values(result) as unknown[])].filter(isTensor);
}

/** By its looks: a host may have a second copy of tfjs. */
function isTensor(value: unknown): value is Tensor {
  return typeof value === 'object' && value !== null && 'dataId' in value && 'rankType' in value;
}
