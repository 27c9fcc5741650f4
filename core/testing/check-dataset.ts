import type { Dataset, DatasetDescriptor, Examples, LoadedDataset } from '../plugin/kinds/dataset.js';
import { checkDataset } from '../data/check-dataset.js';
import { createPlugin, type Lab, type Options } from './lab.js';
import { identical, showShape } from './numbers.js';
import { fault, type Trial } from './report.js';

const never = new AbortController().signal;

/** What is checked of a dataset once it can be created. */
export function* datasetTrials(lab: Lab, descriptor: DatasetDescriptor, given: Options): Generator<readonly Trial[]> {
  const load = (signal = never) => createPlugin<Dataset>(lab, descriptor, given).load(signal);
  let loaded: LoadedDataset;
  yield [
    {
      name: 'loads',
      async run() {
        loaded = await load();
        checkDataset(loaded);
        return `${loaded.samples.data.length / sizeOf(loaded)} samples of shape ${showShape(loaded.samples.shape)}; all row numbers, labels and values are in range.`;
      },
    },
  ];
  yield [
    { name: 'yields', run: () => yields(descriptor, loaded) },
    { name: 'labels', run: () => labels(loaded) },
    { name: 'splits', run: () => splits(loaded) },
    {
      name: 'seed',
      async run() {
        const changed = difference(loaded, await load());
        if (changed !== null)
          fault(
            `Loaded twice with one seed, its ${changed} differ. Draw from the service "random", and sort what the file system lists.`,
          );
        return 'One seed gives one dataset.';
      },
    },
    { name: 'abort', run: () => abort(load) },
  ];
}

function sizeOf({ samples }: LoadedDataset): number {
  return samples.shape.reduce((product, size) => product * size, 1);
}

function yields(descriptor: DatasetDescriptor, { train, validation, test }: LoadedDataset): string {
  const wrong = Object.entries({ train, validation, test }).find(
    ([, examples]) => examples !== null && examples.unit !== descriptor.yields,
  );
  if (wrong) fault(`It says that it yields ${descriptor.yields}, and its ${wrong[0]} split has ${wrong[1]!.unit}.`);
  return `Every split has ${descriptor.yields}, as it says.`;
}

/** What the examples say of matches is what the labels say. */
function labels({ labels, ...splits }: LoadedDataset): string {
  if (labels === null) return 'It has no labels to compare with.';
  for (const name of ['train', 'validation', 'test'] as const) {
    const examples = splits[name];
    if (examples?.unit === 'pairs') {
      const wrong = examples.same.findIndex(
        (same, pair) =>
          (same === 1 || same === 0) && (labels[examples.left[pair]] === labels[examples.right[pair]]) !== (same === 1),
      );
      if (wrong >= 0)
        fault(
          `Pair ${wrong} of the ${name} split has same = ${examples.same[wrong]}, and its labels are ${labels[examples.left[wrong]]} and ${labels[examples.right[wrong]]}. same is 1 for a match.`,
        );
    }
    if (examples?.unit === 'triplets') {
      const wrong = examples.anchor.findIndex(
        (anchor, at) =>
          labels[anchor] !== labels[examples.positive[at]] || labels[anchor] === labels[examples.negative[at]],
      );
      if (wrong >= 0)
        fault(
          `Triplet ${wrong} of the ${name} split has the labels ${labels[examples.anchor[wrong]]}, ${labels[examples.positive[wrong]]} and ${labels[examples.negative[wrong]]}. The positive is of the anchor's class, the negative is not.`,
        );
    }
  }
  return 'The labels agree with the examples.';
}

function splits({ train, validation, test }: LoadedDataset): string {
  const taken = rowsOf(train);
  for (const [name, examples] of Object.entries({ validation, test })) {
    const shared = examples && [...rowsOf(examples)].find((row) => taken.has(row));
    if (shared !== null && shared !== undefined)
      fault(
        `Sample ${shared} is in the train split and in the ${name} split. Hold out samples, not pairs of them, or its figures say nothing.`,
      );
  }
  return 'No sample that is trained on is judged by.';
}

function rowsOf(examples: Examples): ReadonlySet<number> {
  return new Set(columns(examples).flatMap(([name, column]) => (name === 'same' ? [] : Array.from(column))));
}

function columns({ unit: _unit, ...rest }: Examples): [string, Int32Array | Float32Array][] {
  return Object.entries(rest);
}

/** What differs between two loaded datasets; null where nothing does. */
function difference(one: LoadedDataset, other: LoadedDataset): string | null {
  if (!identical(one.samples.data, other.samples.data)) return 'samples';
  if (!identical(one.labels ?? [], other.labels ?? [])) return 'labels';
  for (const split of ['train', 'validation', 'test'] as const) {
    const [a, b] = [one[split], other[split]];
    if (a === null && b === null) continue;
    if (
      a === null ||
      b === null ||
      !columns(a).every(([name, column]) => identical(column, Object.fromEntries(columns(b))[name]))
    )
      return `${split} examples`;
  }
  return null;
}

async function abort(load: (signal: AbortSignal) => Promise<LoadedDataset>): Promise<string> {
  const reason = new Error('stopped by the test');
  const outcome = async (signal: AbortSignal) =>
    load(signal).then(
      () => 'loaded',
      (error: unknown) => (error === reason || (error as Error | undefined)?.name === 'AbortError' ? 'stopped' : error),
    );
  const before = await outcome(AbortSignal.abort(reason));
  if (before === 'loaded')
    fault(
      'Aborted beforehand, it loads all the same. Call signal.throwIfAborted() before and between the parts of the work.',
    );
  if (before !== 'stopped') fault(`Aborted, it rejects with ${String(before)}. Reject with signal.reason.`);
  const controller = new AbortController();
  const loading = outcome(controller.signal);
  await new Promise(setImmediate);
  controller.abort(reason);
  const during = await loading;
  if (during !== 'loaded' && during !== 'stopped')
    fault(`Aborted while it loads, it rejects with ${String(during)}. Reject with signal.reason.`);
  return 'Aborted, it stops.';
}
