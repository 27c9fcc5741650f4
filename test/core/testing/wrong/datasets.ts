import { defineDataset, type Descriptor, type LoadedDataset, type Pairs } from 'twinspec/plugin';

const about = (name: string) => ({ name: `wrong/${name}`, summary: 'Wrong on purpose.', yields: 'pairs' as const });

function pairs(left: number[], right: number[], same: number[]): Pairs {
  return { unit: 'pairs', left: Int32Array.from(left), right: Int32Array.from(right), same: Float32Array.from(same) };
}

/** Seven samples of two classes, the last three for the test. */
function sound(): LoadedDataset {
  return {
    samples: { point: { shape: [2], data: Float32Array.from({ length: 14 }, (_, index) => index / 10) } },
    labels: Int32Array.of(0, 0, 1, 1, 0, 1, 0),
    train: pairs([0, 0], [1, 2], [1, 0]),
    validation: null,
    test: pairs([4, 4], [5, 6], [0, 1]),
  };
}

const load = (change: (loaded: LoadedDataset) => LoadedDataset) => () => ({
  load(signal: AbortSignal) {
    signal.throwIfAborted();
    return Promise.resolve(change(sound()));
  },
});
const rejecting = (create: () => { load(signal: AbortSignal): Promise<LoadedDataset> }) => () => ({
  load: async (signal: AbortSignal) => create().load(signal),
});
const dataset = (name: string, change: (loaded: LoadedDataset) => LoadedDataset) =>
  defineDataset({ ...about(name), create: rejecting(load(change)) });

/** Each of these datasets but the first is wrong in one way. */
export const right = dataset('none', (loaded) => loaded);
export const flipped = dataset('flipped', (loaded) => ({ ...loaded, train: pairs([0, 0], [1, 2], [0, 1]) }));
export const shared = dataset('shared', (loaded) => ({ ...loaded, test: pairs([4, 4], [0, 5], [1, 0]) }));
export const changing = dataset('changing', (loaded) => ({
  ...loaded,
  samples: { point: { shape: [2], data: Float32Array.from({ length: 14 }, () => Math.random()) } },
}));
export const outOfRange = dataset('out-of-range', (loaded) => ({ ...loaded, train: pairs([0, 0], [1, 7], [1, 0]) }));
export const anotherUnit = dataset('another-unit', (loaded) => ({
  ...loaded,
  train: { unit: 'rows', rows: Int32Array.of(0, 1, 2, 3) },
}));
export const reseeded = defineDataset({
  ...about('reseeded'),
  inject: ['random'],
  create: (_options, random) => ({
    async load(signal) {
      signal.throwIfAborted();
      const others = random.stream('test').shuffle(Int32Array.of(4, 6));
      return Promise.resolve({ ...sound(), test: pairs([others[0], 4], [others[1], 5], [1, 0]) });
    },
  }),
});
export const deaf = defineDataset({ ...about('deaf'), create: () => ({ load: () => Promise.resolve(sound()) }) });

export const wrongDatasets: readonly (readonly [plugin: Descriptor, check: string, words: RegExp])[] = [
  [flipped, 'labels', /Pair 0 of the train split has same = 0, and its labels are 0 and 0/],
  [shared, 'splits', /Sample 0 is in the train split and in the test split/],
  [changing, 'seed', /samples differ/],
  [outOfRange, 'loads', /right of the train split is 7.*0 to 6/],
  [anotherUnit, 'yields', /yields pairs, and its train split has rows/],
  [reseeded, 'held out', /Loaded with another seed, its test examples differ/],
  [deaf, 'abort', /loads all the same/],
];
