import type { Tensor, Tensors, Tf } from '../plugin/tensors.js';

/** A scalar to be differentiated, and what else was computed on the way and should come back. */
export interface Differentiable {
  readonly value: Tensor;
  readonly kept: Tensors;
}

export interface ValueAndGradients extends Differentiable {
  /** By each source; null where the value does not depend on it. */
  readonly gradients: readonly (Tensor | null)[];
}

/** Value and gradients of a scalar function of tensors, tracked by the caller's tidy, as is what the function keeps. */
export function valueAndGradients(tf: Tf, sources: readonly Tensor[], run: () => Differentiable): ValueAndGradients {
  let held: Tensors = {};
  let failure: { error: unknown } | null = null;
  try {
    // An exception inside tfjs's own closure would leak what its tape has kept, so it is carried around it.
    const { value, grads } = tf.engine().gradients(
      () => {
        try {
          const { value, kept } = run();
          held = mapTensors(kept, (tensor) => tf.keep(tensor.clone()));
          return value;
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
    return { value, gradients: grads, kept: mapTensors(held, (tensor) => tensor.clone()) };
  } catch (error) {
    freeTape(tf);
    throw error;
  } finally {
    for (const tensor of Object.values(held)) tensor.dispose();
  }
}

function mapTensors(tensors: Tensors, change: (tensor: Tensor) => Tensor): Tensors {
  return Object.fromEntries(Object.entries(tensors).map(([name, tensor]) => [name, change(tensor)]));
}

/** Frees what tfjs saved for a backward pass that threw. */
function freeTape(tf: Tf): void {
  const { state } = tf.engine() as unknown as { state: { activeTape: { saved?: Tensor[] }[] | null } };
  for (const node of state.activeTape ?? []) for (const tensor of node.saved ?? []) tensor.dispose();
  state.activeTape = null;
}
