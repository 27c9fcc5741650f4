import { defineDataset, type Examples, type LoadedDataset, type Unit } from 'twinspec/plugin';
import type { SpecInput } from 'twinspec';
import { stream } from '../../core/random/stream.js';

const rowsPerSplit = 60;
const classes = 3;

/** Three clouds of points in the plane, 60 points a split: small enough for the cpu engine, and easy to tell apart. */
export function blobs(yields: Unit = 'pairs', name = 'blobs') {
  return defineDataset({
    name,
    summary: 'Three clouds of points.',
    yields,
    create: () => ({ load: () => Promise.resolve(cloud(yields)) }),
  });
}

function cloud(unit: Unit): LoadedDataset {
  const random = stream(1, 'blobs');
  const labels = Int32Array.from({ length: 3 * rowsPerSplit }, (_, row) => row % classes);
  const data = new Float32Array(2 * labels.length);
  for (const [row, label] of labels.entries()) {
    data[2 * row] = Math.cos((2 * Math.PI * label) / classes) + 0.2 * random.normal();
    data[2 * row + 1] = Math.sin((2 * Math.PI * label) / classes) + 0.2 * random.normal();
  }
  const split = (start: number) => examples(unit, start);
  return {
    samples: { point: { shape: [2], data } },
    labels,
    train: split(0),
    validation: split(rowsPerSplit),
    test: split(2 * rowsPerSplit),
  };
}

/** Neighbours of one class are three rows apart. */
function examples(unit: Unit, start: number): Examples {
  const rows = Int32Array.from({ length: rowsPerSplit - 3 }, (_, index) => start + index);
  if (unit === 'rows') return { unit, rows };
  if (unit === 'triplets') {
    return { unit, anchor: rows, positive: rows.map((row) => row + 3), negative: rows.map((row) => row + 1) };
  }
  return {
    unit: 'pairs',
    left: rows,
    right: rows.map((row, index) => row + (index % 2 === 0 ? 3 : 1)),
    same: Float32Array.from(rows, (_, index) => (index % 2 === 0 ? 1 : 0)),
  };
}

/** A spec that trains on blobs in a second. 57 examples and batches of 16: the last batch has 9. */
export function blobSpec(changes: Partial<SpecInput> = {}): SpecInput {
  return {
    version: 1,
    name: 'blobs',
    seed: 3,
    dataset: 'blobs',
    base: { use: 'mlp', with: { units: [8, 4], dropout: 0.25 } },
    distance: 'euclidean',
    loss: 'contrastive',
    engine: 'cpu',
    training: { learningRate: 0.01, batchSize: 16, epochs: 8 },
    ...changes,
  };
}
