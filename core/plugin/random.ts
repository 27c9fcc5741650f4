import type { Shape, Tensor } from './tensors.js';

/** A stream of random numbers that follows from its seed alone. */
export interface RandomStream {
  /** Uniform in [0, 1), 32 bits of it. */
  uniform(): number;
  /** Uniform integer in [0, bound); `bound` from 1 to 2^32. */
  integer(bound: number): number;
  /** Standard normal. */
  normal(): number;
  /** Shuffles in place and returns the array. */
  shuffle<A extends { length: number; [index: number]: number }>(array: A): A;
}

export interface RandomService {
  /** The stream of this purpose; asked twice, it starts from the beginning again. */
  stream(purpose: string): RandomStream;
}

/** `bytes`: integers 0 to 255. `normal`: standard normal numbers. Both are float32 where a step computes with them. */
export type NoiseKind = 'bytes' | 'normal';

/** Random numbers for a step, those of the run's seed, the step's number and this name. A name stands for one shape. */
export type Noise = (name: string, kind: NoiseKind, shape: Shape) => Tensor;
