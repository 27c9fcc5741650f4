import type { Consumes } from '../plugin/kinds/loss.js';
import { verify } from '../metrics/verification.js';
import type { Batch } from './batches.js';
import { norm, type Numbers } from './numbers.js';

/** How often a matching pair of a batch is closer than another, by the better of the Euclidean and the cosine distance. */
export function aucOf(consumes: Consumes, { facts }: Batch, embedding: Numbers): number {
  const pairs = [...pairsOf(consumes, facts, embedding.shape[0])];
  const same = Float32Array.from(pairs, ([, , alike]) => Number(alike));
  const figures = [euclidean, cosine].map((distance) => {
    const distances = Float32Array.from(pairs, ([i, j]) => distance(row(embedding, i), row(embedding, j)));
    return verify(distances, same, 1).auc;
  });
  return Math.max(...figures);
}

type Pair = readonly [left: number, right: number, same: boolean];

function* pairsOf(consumes: Consumes, facts: Batch['facts'], rows: number): Generator<Pair> {
  if (consumes === 'pairs')
    for (let left = 0; left < rows / 2; left++) yield [left, left + rows / 2, facts.same.data[left] >= 0.5];
  if (consumes === 'triplets')
    for (let anchor = 0; anchor < rows / 3; anchor++) {
      yield [anchor, anchor + rows / 3, true];
      yield [anchor, anchor + (2 * rows) / 3, false];
    }
  if (consumes === 'batch')
    for (let i = 0; i < rows; i++)
      for (let j = i + 1; j < rows; j++) yield [i, j, facts.label.data[i] === facts.label.data[j]];
}

function row({ shape, data }: Numbers, index: number): number[] {
  return Array.from(data.subarray(index * shape[1], (index + 1) * shape[1]));
}

function euclidean(a: readonly number[], b: readonly number[]): number {
  return norm(a.map((value, index) => value - b[index]));
}

function cosine(a: readonly number[], b: readonly number[]): number {
  const dot = a.reduce((sum, value, index) => sum + value * b[index], 0);
  return 1 - dot / Math.max(norm(a) * norm(b), 1e-12);
}
