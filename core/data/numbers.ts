import { TwinspecError } from '../errors.js';
import { sizeOf, type Dtype, type Shape, type TensorData } from '../plugin/tensors.js';
import { inWords } from '../words/in-words.js';

/** @throws DATA_INVALID, always */
export function refuseData(message: string, hint: string): never {
  throw new TwinspecError('DATA_INVALID', message, { hint });
}

const arrays = { uint8: Uint8Array, int32: Int32Array, float32: Float32Array } as const;

/** Kinds of arrays that authors hold numbers in, with the one that takes all of their values. */
const dtypes: Readonly<Record<string, Dtype>> = {
  Uint8Array: 'uint8',
  Uint8ClampedArray: 'uint8',
  Int8Array: 'int32',
  Int16Array: 'int32',
  Uint16Array: 'int32',
  Int32Array: 'int32',
  Uint32Array: 'int32',
  Float32Array: 'float32',
  Float64Array: 'float32',
  Array: 'float32',
};

const kindOf = (value: unknown): string => Object.prototype.toString.call(value).slice('[object '.length, -1);

/**
 * The numbers of an array of any kind, also of another realm, as one of this realm whose memory is not shared: bytes stay
 * bytes, other whole-number arrays become int32, all others float32. What is right already is not copied.
 *
 * @param what such as `column image`
 * @throws DATA_INVALID where it is no array of numbers, or a number does not fit
 */
export function numbersOf(value: unknown, what: string, wanted?: Dtype): TensorData {
  const kind = kindOf(value);
  if (!Object.hasOwn(dtypes, kind)) {
    return refuseData(
      `${what} is ${inWords(value)}; expected numbers.`,
      'Give a Float32Array, Int32Array or Uint8Array.',
    );
  }
  const given = value as ArrayLike<number>;
  const dtype = wanted ?? dtypes[kind];
  const target = arrays[dtype];
  const isShared =
    ArrayBuffer.isView(value) && Object.prototype.toString.call(value.buffer) === '[object SharedArrayBuffer]';
  if (value instanceof target && !isShared) return value;
  const numbers = new target(given.length);
  for (let index = 0; index < given.length; index++) {
    const number: unknown = given[index];
    numbers[index] = number as number;
    if (typeof number !== 'number' || (dtype !== 'float32' && numbers[index] !== number))
      refuseData(
        `Value ${index} of ${what} is ${inWords(number)}.`,
        dtype === 'float32' ? 'Give numbers.' : `Give numbers of ${dtype}.`,
      );
  }
  return numbers;
}

/** @throws DATA_INVALID where one is NaN, infinite, or too large for float32 */
export function checkFinite(data: TensorData, shape: Shape, what: string, rowOf = (index: number) => index): void {
  if (!(data instanceof Float32Array)) return;
  const size = sizeOf(shape);
  const bad = data.findIndex((value) => !Number.isFinite(value));
  if (bad < 0) return;
  refuseData(
    `Value ${bad % size} of row ${rowOf(Math.floor(bad / size))} of ${what} is ${data[bad]}.`,
    'Give finite values of at most 3.4e38 only.',
  );
}
