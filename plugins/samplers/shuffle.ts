import { defineSampler, type Examples } from 'twinspec/plugin';

/** Every example once an epoch, in an order of the epoch's own. */
export default defineSampler({
  name: 'shuffle',
  summary: 'Every example once an epoch, in a new order each time; the last batch may be smaller.',
  yields: { pairs: 'pairs', triplets: 'triplets', rows: 'rows' },
  create: () => ({
    epoch({ examples, batchSize, random }) {
      const order = random.shuffle(Int32Array.from({ length: countOf(examples) }, (_, index) => index));
      return {
        batches: Math.ceil(order.length / batchSize),
        batch: (index) => pick(examples, order.subarray(index * batchSize, (index + 1) * batchSize)),
      };
    },
  }),
});

function countOf(examples: Examples): number {
  if (examples.unit === 'pairs') return examples.left.length;
  return examples.unit === 'triplets' ? examples.anchor.length : examples.rows.length;
}

function pick(examples: Examples, indices: Int32Array): Examples {
  const at = (rows: Int32Array) => indices.map((index) => rows[index]);
  switch (examples.unit) {
    case 'pairs':
      return {
        unit: 'pairs',
        left: at(examples.left),
        right: at(examples.right),
        same: Float32Array.from(indices, (index) => examples.same[index]),
      };
    case 'triplets':
      return {
        unit: 'triplets',
        anchor: at(examples.anchor),
        positive: at(examples.positive),
        negative: at(examples.negative),
      };
    case 'rows':
      return { unit: 'rows', rows: at(examples.rows) };
  }
}
