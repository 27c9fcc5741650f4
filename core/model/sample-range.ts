import { TwinspecError } from '../errors.js';
import type { SampleFormat } from './sample-format.js';

/** Values this many times as large as any that were trained on, or as small, come of another scaling. */
const otherScale = 10;
const figure = (value: number) => String(Number(value.toPrecision(4)));

/**
 * What is doubtful about the values of a column beside those that a model was trained on, in words; null where nothing is.
 *
 * @param column its name
 * @throws CALL_INVALID where values cannot be what the model takes: for bytes, numbers below 0, above 255, or all from 0 to 1
 */
export function doubtOfRange(
  column: string,
  values: Float32Array | Uint8Array,
  { dtype, scale, range }: SampleFormat,
): string | null {
  if (range === undefined || values.length === 0 || values instanceof Uint8Array) return null;
  let [smallest, largest] = [Infinity, -Infinity];
  let isWhole = true;
  for (const value of values) {
    if (value < smallest) smallest = value;
    if (value > largest) largest = value;
    if (isWhole && !Number.isInteger(value)) isWhole = false;
  }
  const given = `${figure(smallest)} to ${figure(largest)}`;
  if (dtype === 'uint8') {
    const isScaled = largest <= 1 && !isWhole;
    if (smallest >= 0 && largest <= 255 && !isScaled) return null;
    throw new TwinspecError('CALL_INVALID', `embed got values from ${given} as ${column}, and the model takes bytes.`, {
      hint: `Pass numbers from 0 to 255, as its dataset gave them; the model itself multiplies them by ${figure(scale)}.`,
    });
  }
  const [trained, now] = [range, [smallest, largest]].map(([low, high]) => Math.max(Math.abs(low), Math.abs(high)));
  const isOther = now > otherScale * trained || (now > 0 && now * otherScale < trained);
  return isOther
    ? `embed got values from ${given} as ${column}, and the model was trained on values from ${figure(range[0])} to ${figure(range[1])}: are they scaled as those of its dataset?`
    : null;
}
