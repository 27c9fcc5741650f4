import { createHash } from 'node:crypto';
import type { RandomService, RandomStream } from '../plugin/random.js';

/** A stream that also fills whole arrays, for noise. */
export interface NoiseStream extends RandomStream {
  /** `size` uniform integers from 0 to 255. */
  bytes(size: number): Uint8Array;
  /** `size` standard normal numbers. */
  normals(size: number): Float32Array;
}

/**
 * The stream of (seed, purpose, index): the same numbers on every machine, independent of any other stream.
 * Generator: sfc32 (Chris Doty-Humphrey, PractRand), its 128 bits of state taken from the sha256 of the triple.
 */
export function stream(seed: number, purpose: string, index = 0): NoiseStream {
  const digest = createHash('sha256').update(`${seed}/${index}/${purpose}`).digest();
  let a = digest.readInt32LE(0);
  let b = digest.readInt32LE(4);
  let c = digest.readInt32LE(8);
  let counter = digest.readInt32LE(12);

  const next = (): number => {
    const sum = (((a + b) | 0) + counter) | 0;
    counter = (counter + 1) | 0;
    a = b ^ (b >>> 9);
    b = (c + (c << 3)) | 0;
    c = (((c << 21) | (c >>> 11)) + sum) | 0;
    return sum;
  };
  const uniform = () => (next() >>> 0) / 2 ** 32;
  // Box-Muller; 1 − u keeps the logarithm finite.
  const normal = () => Math.sqrt(-2 * Math.log(1 - uniform())) * Math.cos(2 * Math.PI * uniform());

  return {
    uniform,
    integer: (bound) => Math.floor(uniform() * bound),
    normal,
    shuffle(array) {
      for (let last = array.length - 1; last > 0; last--) {
        const other = Math.floor(uniform() * (last + 1));
        const kept = array[last];
        array[last] = array[other];
        array[other] = kept;
      }
      return array;
    },
    bytes(size) {
      const words = new Int32Array(Math.ceil(size / 4));
      for (let index = 0; index < words.length; index++) words[index] = next();
      return new Uint8Array(words.buffer, 0, size);
    },
    normals: (size) => Float32Array.from({ length: size }, normal),
  };
}

/** The `random` service of one plugin: its streams start from the seed and the plugin's own place. */
export function randomService(seed: number, place: string): RandomService {
  return { stream: (purpose) => stream(seed, `${place}/${purpose}`) };
}

/**
 * Runs synchronous code whose `Math.random` draws from a stream, so that stock initializers follow the seed. tfjs draws
 * the seed of each initializer with `Math.random`.
 */
export function withSeededMathRandom<T>(random: RandomStream, run: () => T): T {
  const original = Math.random;
  Math.random = () => random.uniform();
  try {
    return run();
  } finally {
    Math.random = original;
  }
}
