import type { Examples } from './kinds/dataset.js';

/** Number of examples. */
export function countOf(examples: Examples): number {
  switch (examples.unit) {
    case 'pairs':
      return examples.left.length;
    case 'triplets':
      return examples.anchor.length;
    case 'rows':
      return examples.rows.length;
  }
}

/** The examples at these indices, each from 0 to `countOf(examples)` − 1, in their order. */
export function pick(examples: Examples, indices: Int32Array): Examples {
  const rows = (from: Int32Array) => taken(from, indices, new Int32Array(indices.length));
  switch (examples.unit) {
    case 'pairs': {
      const same = taken(examples.same, indices, new Float32Array(indices.length));
      return { unit: 'pairs', left: rows(examples.left), right: rows(examples.right), same };
    }
    case 'triplets':
      return {
        unit: 'triplets',
        anchor: rows(examples.anchor),
        positive: rows(examples.positive),
        negative: rows(examples.negative),
      };
    case 'rows':
      return { unit: 'rows', rows: rows(examples.rows) };
  }
}

function taken<A extends Int32Array | Float32Array>(from: A, indices: Int32Array, to: A): A {
  for (let at = 0; at < indices.length; at++) to[at] = from[indices[at]];
  return to;
}
