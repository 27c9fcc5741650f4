import { createCipheriv, createHash } from 'node:crypto';
import type { NoiseSource } from '../plugin/kinds/engine.js';
import type { RandomService, RandomStream } from '../plugin/random.js';

/**
 * The stream of (seed, purpose, index): the same numbers on every machine, independent of any other stream.
 * Generator: sfc32 (Chris Doty-Humphrey, PractRand), its 128 bits of state taken from the sha256 of the triple.
 */
export function stream(seed: number, purpose: string, index = 0): RandomStream {
  const digest = digestOf(seed, purpose, index);
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
  };
}

/**
 * The noise of a step, each name a stream of its own: bytes uniform from 0 to 255, or standard normal numbers. Bytes are
 * the key stream of AES-128 in counter mode (NIST SP 800-38A), which processors compute natively; key and first counter
 * block are the halves of the sha256 of the triple.
 */
export function noiseOf(seed: number, step: number): NoiseSource {
  return (name, kind, size) => {
    const purpose = `noise/${name}`;
    if (kind === 'normal') return Float32Array.from({ length: size }, stream(seed, purpose, step).normal);
    const digest = digestOf(seed, purpose, step);
    const cipher = createCipheriv('aes-128-ctr', digest.subarray(0, 16), digest.subarray(16));
    const { buffer, byteOffset } = cipher.update(new Uint8Array(size));
    return new Uint8Array(buffer, byteOffset, size);
  };
}

const digestOf = (seed: number, purpose: string, index: number): Buffer =>
  createHash('sha256').update(`${seed}/${index}/${purpose}`).digest();

/** Stands for no seed of a spec: what is drawn with it is the same for all of them. */
export const noSeed = -1;

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
