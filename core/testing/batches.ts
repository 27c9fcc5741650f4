import type { Consumes } from '../plugin/kinds/loss.js';
import type { Unit } from '../plugin/kinds/dataset.js';
import { float, int, joinRows, norm, normals, scaled, takeRows, type Numbers } from './numbers.js';

/** A batch that a loss is tried on. */
export interface Batch {
  /** [samples, d], in the order of a step: left then right; anchor, positive, negative. */
  readonly embedding: Numbers;
  /** What comes with the embeddings: `same` [n] for pairs, `label` [n] for rows. */
  readonly facts: Readonly<Record<string, Numbers>>;
  /** Row of `embedding` for each sample, where several share one; the rows of `embedding` themselves when absent. */
  readonly rows?: readonly number[];
}

export const dimension = 4;
/** Classes that a loss over labelled batches is told to expect. */
export const classes = 64;

export const unitOf: Readonly<Record<Consumes, Unit>> = { pairs: 'pairs', triplets: 'triplets', batch: 'rows' };

/** An ordinary batch: distances from small to large, each class several times. */
export function ordinaryBatch(consumes: Consumes, n: number, spread = 1, seed = 1): Batch {
  if (consumes === 'batch')
    return { embedding: scaled(normals([n, dimension], seed), 0.6 * spread), facts: { label: int(labels(n)) } };
  const start = scaled(normals([n, dimension], seed), 0.5);
  const near = away(start, evenly(n, 0.15 * spread, 2 * spread), seed + 1);
  if (consumes === 'pairs') return { embedding: joinRows(start, near), facts: { same: alternating(n) } };
  const far = away(start, evenly(n, 0.3 * spread, 2.2 * spread).reverse(), seed + 2);
  return { embedding: joinRows(start, near, far), facts: {} };
}

/** The same batch with its examples in another order. */
export function reordered(consumes: Consumes, { embedding, facts }: Batch, order: readonly number[]): Batch {
  return {
    embedding: takeRows(embedding, samplesOf(consumes, order)),
    facts: Object.fromEntries(Object.entries(facts).map(([name, numbers]) => [name, takeRows(numbers, order)])),
  };
}

/** The samples of these examples, in the order of a step. */
export function samplesOf(consumes: Consumes, examples: readonly number[]): number[] {
  const blocks = { pairs: 2, triplets: 3, batch: 1 }[consumes];
  return Array.from({ length: blocks }, (_, block) => examples.map((row) => block * examples.length + row)).flat();
}

/** Every example three times, or every class as two clumps of two: many elements are equal, whichever way the clumps move. */
export function tiedBatch(consumes: Consumes): Batch {
  if (consumes === 'batch') {
    const label = int([0, 0, 0, 0, 1, 1, 1, 1, 2, 2, 2, 2]);
    return {
      embedding: scaled(normals([6, dimension], 7), 0.6),
      facts: { label },
      rows: [0, 0, 1, 1, 2, 2, 3, 3, 4, 4, 5, 5],
    };
  }
  const { embedding, facts } = ordinaryBatch(consumes, 4, 1, 7);
  const repeated = [0, 0, 0, 1, 1, 1, 2, 2, 2, 3, 3, 3];
  const blocks = embedding.shape[0] / 4;
  return {
    embedding,
    facts: Object.fromEntries(Object.entries(facts).map(([name, numbers]) => [name, takeRows(numbers, repeated)])),
    rows: Array.from({ length: blocks }, (_, block) => repeated.map((row) => 4 * block + row)).flat(),
  };
}

/** Batches that break careless numerics, by name. */
export function hostileBatches(consumes: Consumes): Readonly<Record<string, Batch>> {
  const n = 8;
  const ordinary = ordinaryBatch(consumes, n);
  const samples = ordinary.embedding.shape[0];
  const with_ = (embedding: Numbers): Batch => ({ ...ordinary, embedding });
  const first = Array.from({ length: samples }, () => 0);
  const own: Record<string, Batch> = {};
  if (consumes === 'pairs') {
    own['matching pairs only'] = { ...ordinary, facts: { same: float([n], first.slice(0, n).fill(1)) } };
    own['other pairs only'] = { ...ordinary, facts: { same: float([n], new Float32Array(n)) } };
    own['grades between 0 and 1'] = { ...ordinary, facts: { same: float([n], evenly(n, 0, 1)) } };
  }
  if (consumes === 'batch') {
    own['one class only'] = { ...ordinary, facts: { label: int(first) } };
    own['every label different'] = { ...ordinary, facts: { label: int(first.map((_, index) => index)) } };
    own['a single sample'] = ordinaryBatch('batch', 1);
  }
  return {
    'all rows equal': with_(takeRows(ordinary.embedding, first)),
    'zero rows': with_(float([samples, dimension], new Float32Array(samples * dimension))),
    'one zero row': with_(
      float(
        [samples, dimension],
        ordinary.embedding.data.map((value, index) => (index < dimension ? 0 : value)),
      ),
    ),
    'huge values': with_(scaled(ordinary.embedding, 1e6)),
    'tiny values': with_(scaled(ordinary.embedding, 1e-10)),
    'many ties': tiedBatch(consumes),
    ...own,
  };
}

function labels(n: number): number[] {
  return Array.from({ length: n }, (_, index) => index % Math.max(1, Math.min(3, Math.floor(n / 2))));
}

function alternating(n: number): Numbers {
  return float(
    [n],
    Array.from({ length: n }, (_, index) => 1 - (index % 2)),
  );
}

function evenly(n: number, from: number, to: number): number[] {
  return Array.from({ length: n }, (_, index) => from + ((to - from) * (index + 0.5)) / n);
}

/** The rows moved so far each, in directions of chance. */
function away({ shape, data }: Numbers, lengths: readonly number[], seed: number): Numbers {
  const steps = normals(shape, 100 + seed).data;
  const size = shape[1];
  const rows = lengths.map((length, row) => length / norm(steps.subarray(row * size, (row + 1) * size)));
  return float(
    shape,
    Array.from(data, (value, index) => value + steps[index] * rows[Math.floor(index / size)]),
  );
}
