import type { Shape, Tensor } from './tensors.js';
import { TwinspecError } from '../errors.js';

/**
 * Hands on what a plugin gave, a tensor of one of these shapes. Run it inside `attribute`, which names the plugin.
 *
 * @throws PLUGIN_FAILED
 */
export function expectShape(what: string, given: Tensor | undefined, ...expected: readonly Shape[]): Tensor {
  const shape = (given as Partial<Tensor> | null | undefined)?.shape;
  if (given !== undefined && expected.some((one) => shape !== undefined && String(one) === String(shape))) return given;
  const found = shape === undefined ? 'is not a tensor' : `has shape [${shape.join(', ')}]`;
  const wanted = expected.map((one) => (one.length === 0 ? 'a scalar, shape []' : `[${one.join(', ')}]`));
  throw new TwinspecError('PLUGIN_FAILED', `${what} ${found}; expected ${wanted.join(' or ')}.`);
}
