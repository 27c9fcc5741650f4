import { readFileSync } from 'node:fs';
import type { HostTensor, HostTensors } from 'twinspec/plugin';

export interface EncodedTensor {
  readonly shape: number[];
  /** base64 of little-endian float32. */
  readonly data: string;
}
type EncodedTensors = Readonly<Record<string, EncodedTensor>>;

/** Reads test/fixtures/<name>.json, as written by test/oracles. */
export function fixture<T>(name: string): T {
  return JSON.parse(readFileSync(new URL(`../fixtures/${name}.json`, import.meta.url), 'utf8')) as T;
}

export function decode({ shape, data }: EncodedTensor): HostTensor {
  const bytes = Uint8Array.from(Buffer.from(data, 'base64'));
  return { shape, data: new Float32Array(bytes.buffer) };
}

export function decodeAll(tensors: EncodedTensors): HostTensors {
  return Object.fromEntries(Object.entries(tensors).map(([name, tensor]) => [name, decode(tensor)]));
}
