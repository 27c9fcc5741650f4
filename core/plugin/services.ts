import type { RandomService } from './random.js';
import type { Tf } from './tensors.js';

/** Tells the user of a run something; it reaches embedders as an event. */
export interface Logger {
  warn(message: string): void;
}

/** What a plugin can ask for in `inject`, by name. */
export interface Services {
  /** TensorFlow.js. Use it inside steps and to build layers; never to read values back. */
  readonly tf: Tf;
  /** Random streams that follow from the seed of the spec and the plugin's name. */
  readonly random: RandomService;
  /**
   * Random streams that are the same for every seed: for what a run is judged by, such as which samples are held out and
   * which pairs of them are tested.
   */
  readonly fixedRandom: RandomService;
  readonly logger: Logger;
}
export type ServiceName = keyof Services;

const known: Readonly<Record<ServiceName, true>> = { tf: true, random: true, fixedRandom: true, logger: true };
export const serviceNames: readonly string[] = Object.keys(known);

/** The instances that a list of service names stands for. */
export type ServicesOf<I extends readonly ServiceName[]> = { readonly [K in keyof I]: Services[I[K]] };
