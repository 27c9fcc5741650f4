import type { Column, Dataset, DatasetDescriptor, LoadedDataset } from '../plugin/kinds/dataset.js';
import { columnRows } from '../plugin/columns.js';
import { rowsOf, columnsOf } from '../plugin/examples.js';
import { dataOf, heldOutNames, type Data } from '../data/data.js';
import { judgingRule } from '../data/judged-pairs.js';
import { withJudged } from '../data/load-data.js';
import { createPlugin, type Lab, type Options } from './lab.js';
import { identical, showShape } from './numbers.js';
import { fault, type Trial } from './report.js';

const never = new AbortController().signal;

/** What is checked of a dataset once it can be created. */
export function* datasetTrials(lab: Lab, descriptor: DatasetDescriptor, given: Options): Generator<readonly Trial[]> {
  const load = (signal = never, seed = 1): Promise<LoadedDataset> =>
    createPlugin<Dataset>(lab, descriptor, given, seed).load(signal);
  let loaded: Data;
  yield [
    {
      name: 'loads',
      async run() {
        loaded = await withJudged(dataOf(await load()), judgingRule, never);
        const shapes = Object.entries(loaded.samples).map(
          ([name, { shape }]) => `${name} of shape ${showShape(shape)}`,
        );
        return `${loaded.rows} samples, ${shapes.join(' and ')}; all row numbers, labels and values are in range.`;
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
        const changed = await difference(loaded, dataOf(await load()));
        if (changed !== null)
          fault(
            `Loaded twice with one seed, its ${changed} differ. Draw from the service "random", and sort what the file system lists.`,
          );
        return 'One seed gives one dataset.';
      },
    },
    {
      name: 'held out',
      async run() {
        const changed = await difference(heldOut(loaded), heldOut(dataOf(await load(never, 2))));
        if (changed !== null)
          fault(
            `Loaded with another seed, its ${changed} differ: five seeds would be judged by five tests. Draw what is held out, and the pairs of it, from the service "fixedRandom".`,
          );
        return 'What it is judged by is the same for every seed.';
      },
    },
    { name: 'abort', run: () => abort(load) },
  ];
}

function yields(descriptor: DatasetDescriptor, data: Data): string {
  const splits = ['train', ...heldOutNames] as const;
  const wrong = splits
    .map((name) => [name, data[name]] as const)
    .find(([, examples]) => examples !== null && examples.unit !== descriptor.yields);
  if (wrong) fault(`It says that it yields ${descriptor.yields}, and its ${wrong[0]} split has ${wrong[1]!.unit}.`);
  return `Every split has ${descriptor.yields}, as it says.`;
}

/** What the examples say of matches is what the labels say. */
function labels({ labels, ...splits }: Data): string {
  if (labels === null) return 'It has no labels to compare with.';
  for (const name of ['train', ...heldOutNames] as const) {
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

function splits(data: Data): string {
  const taken = new Set(rowsOf(data.train));
  for (const name of heldOutNames) {
    const examples = data[name];
    const shared = examples && rowsOf(examples).find((row) => taken.has(row));
    if (shared !== null && shared !== undefined)
      fault(
        `Sample ${shared} is in the train split and in the ${name} split. Hold out samples, not pairs of them, or its figures say nothing.`,
      );
  }
  return 'No sample that is trained on is judged by.';
}

/** The data as far as it is judged by. */
function heldOut(data: Data): Data {
  return { ...data, train: { unit: 'rows', rows: new Int32Array() } };
}

/** What differs between two loaded datasets; null where nothing does. */
async function difference(one: Data, other: Data): Promise<string | null> {
  for (const [name, column] of Object.entries(one.samples)) {
    const again = other.samples[name];
    if (again === undefined || !identical(await valuesOf(column), await valuesOf(again))) return 'samples';
  }
  if (!identical(one.labels ?? [], other.labels ?? [])) return 'labels';
  for (const split of ['train', ...heldOutNames] as const) {
    const [a, b] = [one[split], other[split]];
    if (a === null && b === null) continue;
    const isSame = (name: string, column: ArrayLike<number>) => identical(column, columnsOf(b!)[name] ?? []);
    if (a === null || b === null || !Object.entries(columnsOf(a)).every(([name, column]) => isSame(name, column)))
      return `${split} examples`;
  }
  return null;
}

async function valuesOf(column: Column): Promise<ArrayLike<number>> {
  if ('data' in column) return column.data;
  return column.read(Int32Array.from({ length: columnRows(column) }, (_, row) => row));
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
