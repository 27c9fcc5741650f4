import type { Pairs } from '../plugin/kinds/dataset.js';
import type { Embedder } from './embedder.js';

/** Distances of the pairs of a split, and whether each is of one class. */
export interface JudgedPairs {
  readonly distances: Float32Array;
  readonly same: Float32Array;
}

/** Pairs whose embeddings lie side by side in memory. */
const pairsAtOnce = 2048;

/** Measures pairs with the weights that the session carries at the moment. */
export class Evaluator {
  constructor(private readonly embedder: Embedder) {}

  /** Embeds each sample that occurs once, then measures every pair. */
  async measure({ left, right, same }: Pairs): Promise<JudgedPairs> {
    const rows = Int32Array.from(new Set([...left, ...right])).sort();
    const position = new Map(Array.from(rows, (row, index) => [row, index]));
    const { data, shape } = await this.embedder.rows(rows);
    const gathered = (side: Int32Array) => {
      const values = new Float32Array(side.length * shape[1]);
      for (const [index, row] of side.entries()) {
        const start = position.get(row)! * shape[1];
        values.set(data.subarray(start, start + shape[1]), index * shape[1]);
      }
      return values;
    };
    const distances = new Float32Array(left.length);
    for (let start = 0; start < left.length; start += pairsAtOnce) {
      const [some, others] = [left, right].map((side) => gathered(side.subarray(start, start + pairsAtOnce)));
      distances.set(await this.embedder.distances(some, others), start);
    }
    return { distances, same };
  }
}
