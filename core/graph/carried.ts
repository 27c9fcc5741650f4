import { TwinspecError, type ErrorCode } from '../errors.js';
import type { HostTensors, Shape } from '../plugin/tensors.js';

/** Shapes of tensors by place. */
export function shapesOf(tensors: HostTensors): Record<string, Shape> {
  return Object.fromEntries(Object.entries(tensors).map(([place, { shape }]) => [place, shape]));
}

/** A tensor that a graph expects, and that was not given in its shape. */
export interface Misfit {
  readonly place: string;
  readonly expected: Shape;
  /** null where there is none of this place. */
  readonly found: Shape | null;
}

/** Tensors from elsewhere beside those that a graph expects: which fit by place and shape, and which of the graph's are not there. */
export function compareCarried(
  expected: HostTensors,
  given: HostTensors,
): { readonly fitting: HostTensors; readonly misfits: readonly Misfit[] } {
  const misfits = Object.entries(expected).flatMap(([place, { shape }]): Misfit[] => {
    const found = Object.hasOwn(given, place) ? given[place].shape : null;
    return String(found) === String(shape) ? [] : [{ place, expected: shape, found }];
  });
  const missing = new Set(misfits.map(({ place }) => place));
  const fitting = Object.keys(expected).filter((place) => !missing.has(place));
  return { fitting: Object.fromEntries(fitting.map((place) => [place, given[place]])), misfits };
}

/** Where tensors come from, for what is said when one does not fit. */
export interface CarriedFrom {
  readonly code: ErrorCode;
  /** Such as `The checkpoint`. */
  readonly title: string;
  readonly hint: string;
}

/**
 * Every tensor that a graph expects, out of those given.
 *
 * @throws the code of `from` where one is missing or of another shape, as after a change of a plugin's code
 */
export function carriedBy(given: HostTensors, expected: HostTensors, { code, title, hint }: CarriedFrom): HostTensors {
  const { fitting, misfits } = compareCarried(expected, given);
  if (misfits.length === 0) return fitting;
  const [{ place, expected: wanted, found }] = misfits;
  const has = found === null ? 'has none' : `has shape [${found.join(', ')}]`;
  throw new TwinspecError(code, `${title} ${has} for ${place}, and its spec makes [${wanted.join(', ')}].`, { hint });
}
