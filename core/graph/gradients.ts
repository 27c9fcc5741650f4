import type { Tensor, Tf } from '../plugin/tensors.js';

/**
 * Value and gradients of a scalar function of tensors; null for one that the function does not depend on. `run` may hand
 * out further tensors through `keep`; they come back in `kept`, tracked by the caller's tidy like everything else.
 */
export function valueAndGradients<K extends string>(
  tf: Tf,
  sources: readonly Tensor[],
  run: (keep: (name: K, tensor: Tensor) => void) => Tensor,
): { value: Tensor; gradients: readonly (Tensor | null)[]; kept: Readonly<Record<K, Tensor>> } {
  const held = new Map<K, Tensor>();
  let failure: { error: unknown } | null = null;
  try {
    // An exception inside tfjs's own closure would leak what its tape has kept, so it is carried around it.
    const { value, grads } = tf.engine().gradients(
      () => {
        try {
          return run((name, tensor) => held.set(name, tf.keep(tensor.clone())));
        } catch (error) {
          failure = { error };
          return tf.mul(tf.sum(sources[0]), 0);
        }
      },
      [...sources],
      undefined,
      true,
    );
    if (failure !== null) throw (failure as { error: unknown }).error;
    const kept = Object.fromEntries([...held].map(([name, tensor]) => [name, tensor.clone()])) as Record<K, Tensor>;
    return { value, gradients: grads, kept };
  } catch (error) {
    freeTape(tf);
    throw error;
  } finally {
    for (const tensor of held.values()) tensor.dispose();
  }
}

/** Frees what tfjs saved for a backward pass that threw. */
function freeTape(tf: Tf): void {
  const { state } = tf.engine() as unknown as { state: { activeTape: { saved?: Tensor[] }[] | null } };
  for (const node of state.activeTape ?? []) for (const tensor of node.saved ?? []) tensor.dispose();
  state.activeTape = null;
}
