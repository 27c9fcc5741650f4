import type { Examples } from '../../plugin/kinds/dataset.js';
import type { Data } from '../../data/data.js';
import type { Embedder } from '../../evaluation/embedder.js';
import { rowsOf } from '../../plugin/examples.js';
import type { Projection } from '../../run/projection.js';
import { spriteOf } from '../../formats/sprite.js';

const mostSamples = 1000;

/** Embeds samples of the test split, or else of the validation split, for the projector; null where there is neither. */
export async function projectionOf(embedder: Embedder, dataset: Data): Promise<Projection | null> {
  const split = dataset.test === null ? 'validation' : 'test';
  const examples = dataset[split];
  if (examples === null) return null;
  const rows = spreadRows(examples);
  return {
    split,
    rows,
    embeddings: await embedder.rows(rows),
    labels: dataset.labels && Array.from(rows, (row) => dataset.classNames[dataset.labels![row]] ?? ''),
    sprite: await spriteOf(Object.values(dataset.samples)[0], rows),
  };
}

/** Up to so many rows of a split, at even distances, each once. */
function spreadRows(examples: Examples): Int32Array {
  const all = Int32Array.from(new Set(rowsOf(examples))).sort();
  const count = Math.min(mostSamples, all.length);
  return Int32Array.from({ length: count }, (_, index) => all[Math.floor((index * all.length) / count)]);
}
