import { TwinspecError } from '../errors.js';
import type { Embedder } from '../evaluation/embedder.js';
import { sizeOf } from '../plugin/tensors.js';
import { noSeed, stream } from '../random/stream.js';
import type { SampleFormat } from './sample-format.js';

/** What a model gives for samples that are always the same, so that code which has changed since is noticed. */
export interface Probe {
  /** Of each sample. */
  readonly embeddings: readonly (readonly number[])[];
  /** Of each sample to the next. */
  readonly distances: readonly number[];
}

const count = 8;
/** How far results may be apart, relative to their norm: engines round differently, other code is further off. */
const tolerance = 1e-3;

/** Null where the range of the samples is not known, or results are not finite. */
export async function probeOf(
  embedder: Embedder,
  columns: Readonly<Record<string, SampleFormat>>,
): Promise<Probe | null> {
  if (Object.values(columns).some(({ range }) => range === undefined)) return null;
  const samples = Object.entries(columns).map(([name, format]) => [name, samplesOf(name, format)] as const);
  const { shape, data } = await embedder.samples(Object.fromEntries(samples), columns);
  const [, dimension] = shape;
  const distances = await embedder.distances(data.subarray(0, -dimension), data.subarray(dimension));
  if (![...data, ...distances].every(Number.isFinite)) return null;
  const embeddings = Array.from({ length: count }, (_, row) =>
    Array.from(data.subarray(row * dimension, (row + 1) * dimension)),
  );
  return { embeddings, distances: Array.from(distances) };
}

/** @throws MODEL_INVALID where the model gives something else than when it was saved */
export function checkProbe(
  saved: Probe | undefined,
  now: Probe | null,
  { base, distance }: { readonly base: { readonly use: string }; readonly distance: { readonly use: string } },
): void {
  if (saved === undefined) return;
  const refuse = (plugin: string): never => {
    throw new TwinspecError('MODEL_INVALID', `${plugin} computes something else than when the model was saved.`, {
      hint: 'Load the model with the code of its plugins that it was trained with, or train it again.',
    });
  };
  if (now === null || differ(saved.embeddings.flat(), now.embeddings.flat())) refuse(`base ${base.use}`);
  if (differ(saved.distances, now!.distances)) refuse(`distance ${distance.use}`);
}

function differ(one: readonly number[], other: readonly number[]): boolean {
  if (one.length !== other.length) return true;
  const apart = Math.hypot(...one.map((value, index) => value - other[index]));
  return !(apart <= tolerance * Math.hypot(...one) || apart === 0);
}

/** Uniform over the range that the model was trained on. */
function samplesOf(name: string, { shape, dtype, range }: SampleFormat): Float32Array | Uint8Array {
  const [low, high] = range!;
  const { uniform } = stream(noSeed, `probe/${name}`);
  const length = count * sizeOf(shape);
  const whole = () => Math.min(high, low + Math.floor(uniform() * (high - low + 1)));
  if (dtype === 'uint8') return Uint8Array.from({ length }, whole);
  return Float32Array.from({ length }, dtype === 'int32' ? whole : () => low + uniform() * (high - low));
}
