import type { HostTensors } from '../../plugin/tensors.js';
import { TwinspecError } from '../../errors.js';
import type { SiameseGraph } from '../../graph/siamese-graph.js';

/**
 * What a session carries, out of a checkpoint.
 *
 * @throws CHECKPOINT_INVALID where a tensor is missing or of another shape, as after a change of a plugin's code
 */
export function carriedBy({ tensors }: { readonly tensors: HostTensors }, { initial }: SiameseGraph): HostTensors {
  const entries = Object.entries(initial).map(([place, { shape }]) => {
    const tensor = tensors[place];
    if (String(tensor?.shape) === String(shape)) return [place, tensor] as const;
    const found = tensor === undefined ? 'has none' : `has shape [${tensor.shape.join(', ')}]`;
    throw new TwinspecError(
      'CHECKPOINT_INVALID',
      `The checkpoint ${found} for ${place}, and its spec makes [${shape.join(', ')}].`,
      { hint: 'Go on with the same plugins that the run began with.' },
    );
  });
  return Object.fromEntries(entries);
}
