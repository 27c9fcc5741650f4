import { TwinspecError } from '../errors.js';

/** Whether a place is one of these, or inside of one. */
export function isFrozen(place: string, frozen: readonly string[]): boolean {
  return frozen.some((start) => place === start || place.startsWith(`${start}/`));
}

/**
 * Refuses names that freeze nothing, and all of the network being frozen.
 *
 * @throws SPEC_MISMATCH
 */
export function checkFrozen(places: readonly string[], frozen: readonly string[]): void {
  const unknown = frozen.find((start) => !places.some((place) => isFrozen(place, [start])));
  if (unknown !== undefined) {
    throw new TwinspecError(
      'SPEC_MISMATCH',
      `training.freeze names "${unknown}", and there are no weights of that place.`,
      {
        hint: `The weights are ${places.join(', ')}.`,
      },
    );
  }
  if (places.every((place) => isFrozen(place, frozen))) {
    throw new TwinspecError('SPEC_MISMATCH', 'training.freeze names every weight, so nothing would be trained.', {
      hint: `Leave some out of it: ${places.join(', ')}.`,
    });
  }
}
