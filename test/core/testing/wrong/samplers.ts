import { defineSampler, pick, type Descriptor } from 'twinspec/plugin';

const rowsToRows = { rows: 'rows' } as const;
const range = (count: number) => Int32Array.from({ length: count }, (_, index) => index);
let calls = 0;

/** A plugin, the check that names it, and words of its report. */
export const wrongSamplers: readonly (readonly [Descriptor, string, RegExp])[] = [
  [
    defineSampler({
      name: 'wrong/remembers-epochs',
      summary: 'Begins each epoch where the one before it ended.',
      yields: rowsToRows,
      create: () => ({
        epoch({ examples, batchSize }) {
          const start = calls++;
          return {
            batches: 3,
            batch: (at) =>
              pick(
                examples,
                range(batchSize).map((row) => (row + start + at) % 40),
              ),
          };
        },
      }),
    }),
    'purity of rows',
    /other batches/,
  ],
  [
    defineSampler({
      name: 'wrong/draws-in-batch',
      summary: 'Draws each batch when it is asked for.',
      yields: rowsToRows,
      create: () => ({
        epoch: ({ examples, batchSize, random }) => ({
          batches: 4,
          batch: () =>
            pick(
              examples,
              range(batchSize).map(() => random.integer(40)),
            ),
        }),
      }),
    }),
    'resume of rows',
    /batches before it were not drawn/,
  ],
  [
    defineSampler({
      name: 'wrong/shuffles-the-split',
      summary: 'Shuffles the array that it gets.',
      yields: rowsToRows,
      create: () => ({
        epoch({ examples, batchSize, random }) {
          if (examples.unit === 'rows') random.shuffle(examples.rows);
          return {
            batches: 4,
            batch: (at) =>
              pick(
                examples,
                range(batchSize).map((row) => row + at),
              ),
          };
        },
      }),
    }),
    'inputs of rows',
    /changes the examples/,
  ],
  [
    defineSampler({
      name: 'wrong/uneven-sizes',
      summary: 'Makes its second batch smaller than the others.',
      yields: rowsToRows,
      create: () => ({
        epoch: ({ examples }) => ({ batches: 4, batch: (at) => pick(examples, range(at === 1 ? 2 : 4)) }),
      }),
    }),
    'batches of rows',
    /Batch 1 of 4 has 2 rows, the first has 4/,
  ],
  [
    defineSampler({
      name: 'wrong/held-out-rows',
      summary: 'Counts rows from the end of the dataset.',
      yields: rowsToRows,
      create: () => ({
        epoch: ({ labels, batchSize }) => ({
          batches: 1,
          batch: () => ({ unit: 'rows', rows: range(batchSize).map((row) => labels!.length - 1 - row) }),
        }),
      }),
    }),
    'batches of rows',
    /not among the examples/,
  ],
  [
    defineSampler({
      name: 'wrong/another-unit',
      summary: 'Says that it makes pairs, and hands rows on.',
      yields: { rows: 'pairs' },
      create: () => ({ epoch: ({ examples }) => ({ batches: 1, batch: () => pick(examples, range(4)) }) }),
    }),
    'batches of rows',
    /makes pairs of rows, and batch 0 holds rows/,
  ],
  [
    defineSampler({
      name: 'wrong/own-batch-size',
      summary: 'Takes 32 whatever the spec says.',
      yields: rowsToRows,
      create: () => ({ epoch: ({ examples }) => ({ batches: 1, batch: () => pick(examples, range(32)) }) }),
    }),
    'batches of rows',
    /batches of 32/,
  ],
  [
    defineSampler({
      name: 'wrong/pairs-inverted',
      summary: 'Says 1 for other classes.',
      yields: { rows: 'pairs' },
      create: () => ({
        epoch: ({ labels, batchSize }) => ({
          batches: 1,
          batch() {
            const [left, right] = [range(batchSize), range(batchSize).map((row) => row + 7)];
            return {
              unit: 'pairs',
              left,
              right,
              same: Float32Array.from(left, (row, at) => Number(labels![row] !== labels![right[at]])),
            };
          },
        }),
      }),
    }),
    'batches of rows',
    /labels say otherwise/,
  ],
];
