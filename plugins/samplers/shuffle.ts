import { countOf, defineSampler, pick } from 'twinspec/plugin';

/** Every example once an epoch, in an order of the epoch's own. */
export default defineSampler({
  name: 'shuffle',
  summary: 'Every example once an epoch, in a new order each time; the last batch may be smaller.',
  yields: { pairs: 'pairs', triplets: 'triplets', rows: 'rows' },
  create: () => ({
    epoch({ examples, batchSize, random }) {
      const order = random.shuffle(new Int32Array(countOf(examples)).map((_, index) => index));
      return {
        batches: Math.ceil(order.length / batchSize),
        batch: (index) => pick(examples, order.subarray(index * batchSize, (index + 1) * batchSize)),
      };
    },
  }),
});
