import type { Examples, Unit } from '../plugin/kinds/dataset.js';
import { columnsOf, countOf, rowsOf } from '../plugin/examples.js';
import type { Epoch, Sampler, SamplerDescriptor } from '../plugin/kinds/sampler.js';
import { stream } from '../random/stream.js';
import { createPlugin, type Lab, type Options } from './lab.js';
import { identical } from './numbers.js';
import { fault, type Trial } from './report.js';
import { watch } from './watch.js';

const rows = 60;
/** Classes of unequal size, the last of one row alone. */
const labels = Int32Array.from({ length: rows }, (_, row) => (row === rows - 1 ? 5 : (row * row) % 5));
const batchSizes = [4, 12];

/** What is checked of a sampler once it can be created, for each unit that it takes. */
export function* samplerTrials(lab: Lab, descriptor: SamplerDescriptor, given: Options): Generator<readonly Trial[]> {
  for (const [unit, yields] of Object.entries(descriptor.yields) as [Unit, Unit][]) {
    const draw = (batchSize: number, epoch: number, examples = examplesOf(unit)): Epoch =>
      createPlugin<Sampler>(lab, descriptor, given).epoch({
        examples,
        labels: labels.slice(),
        groups: null,
        batchSize,
        random: stream(1, 'order', epoch),
      });
    const each = (name: string, run: (batchSize: number) => void, found: string): Trial => ({
      name: `${name} of ${unit}`,
      run() {
        for (const batchSize of batchSizes) run(batchSize);
        return found;
      },
    });
    yield [
      each(
        'batches',
        (size) => batches(draw(size, 1), size, unit, yields),
        `Batches of one size hold ${yields} of the split.`,
      ),
    ];
    yield [
      each('purity', (size) => pure(lab, (epoch) => draw(size, epoch)), 'An epoch follows from its stream alone.'),
      each('resume', (size) => resumes(() => draw(size, 2)), 'Any batch can be drawn first.'),
      each(
        'inputs',
        (size) => leavesAlone(unit, (examples) => draw(size, 1, examples)),
        'The examples stay as they are.',
      ),
    ];
  }
}

/** Examples over the first rows only: the others belong to no split that is trained on. */
function examplesOf(unit: Unit): Examples {
  const own = Array.from({ length: rows - 10 }, (_, row) => row);
  if (unit === 'rows') return { unit, rows: Int32Array.from(own) };
  const random = stream(1, 'examples');
  const other = (row: number, same: boolean) => {
    const fitting = own.filter((one) => one !== row && (labels[one] === labels[row]) === same);
    return fitting[random.integer(fitting.length)];
  };
  if (unit === 'triplets')
    return {
      unit,
      anchor: Int32Array.from(own),
      positive: Int32Array.from(own, (row) => other(row, true)),
      negative: Int32Array.from(own, (row) => other(row, false)),
    };
  return {
    unit,
    left: Int32Array.from(own),
    right: Int32Array.from(own, (row) => other(row, row % 2 === 0)),
    same: Float32Array.from(own, (row) => 1 - (row % 2)),
  };
}

function batches(epoch: Epoch, batchSize: number, unit: Unit, yields: Unit): void {
  const allowed = new Set(rowsOf(examplesOf(unit)));
  if (!Number.isInteger(epoch.batches) || epoch.batches < 1)
    fault(`An epoch has ${epoch.batches} batches; it needs 1 or more.`);
  const sizes = Array.from({ length: epoch.batches }, (_, index) => {
    const batch = epoch.batch(index);
    if (batch.unit !== yields)
      fault(`It says that it makes ${yields} of ${unit}, and batch ${index} holds ${batch.unit}.`);
    const lengths = Object.values(columnsOf(batch)).map(({ length }) => length);
    if (new Set(lengths).size > 1) fault(`The columns of batch ${index} differ in length: ${lengths.join(', ')}.`);
    const strange = rowsOf(batch).find((row) => !allowed.has(row));
    if (strange !== undefined)
      fault(
        `Batch ${index} names row ${strange}, which is not among the examples. Held out rows must not be trained on.`,
      );
    contradicts(batch, index);
    return countOf(batch);
  });
  const [first] = sizes;
  const uneven = sizes.findIndex((size, index) =>
    index < sizes.length - 1 ? size !== first : size > first || size === 0,
  );
  if (uneven >= 0)
    fault(
      `Batch ${uneven} of ${sizes.length} has ${sizes[uneven]} ${yields}, the first has ${first}. All are of one size but the last, which may be smaller.`,
    );
  if (first > batchSize)
    fault(
      `With a batch size of ${batchSize}, it draws batches of ${first}. The spec decides how much memory a step takes.`,
    );
}

function contradicts(batch: Examples, index: number): void {
  if (batch.unit === 'pairs') {
    const wrong = batch.same.findIndex(
      (same, pair) =>
        (same === 1 || same === 0) && (labels[batch.left[pair]] === labels[batch.right[pair]]) !== (same === 1),
    );
    if (wrong >= 0)
      fault(
        `Pair ${wrong} of batch ${index} has same = ${batch.same[wrong]}, and its labels say otherwise. same is 1 for a match.`,
      );
    const itself = batch.left.findIndex((row, pair) => row === batch.right[pair]);
    if (itself >= 0) fault(`Pair ${itself} of batch ${index} is row ${batch.left[itself]} with itself.`);
  }
  if (batch.unit === 'triplets') {
    const wrong = batch.anchor.findIndex(
      (anchor, at) => labels[anchor] !== labels[batch.positive[at]] || labels[anchor] === labels[batch.negative[at]],
    );
    if (wrong >= 0)
      fault(
        `Triplet ${wrong} of batch ${index} contradicts the labels: its positive is of the anchor's class, its negative is not.`,
      );
  }
}

const all = (epoch: Epoch) => Array.from({ length: epoch.batches }, (_, index) => epoch.batch(index));

function pure({ tf }: Lab, draw: (epoch: number) => Epoch): void {
  const { result, seen } = watch(tf, () => all(draw(1)));
  if (seen.length > 0) fault(`It ${seen.join(', and ')}. Draw from the stream that epoch receives.`);
  all(draw(2));
  for (let time = 2; time <= 40; time++)
    if (!same(all(draw(1)), result))
      fault(
        `Drawn again from the same stream, call ${time}, an epoch has other batches. A run can be resumed only where they follow from (seed, epoch): remember nothing between epochs.`,
      );
}

function resumes(draw: () => Epoch): void {
  const inOrder = all(draw());
  const epoch = draw();
  for (const index of [...inOrder.keys()].reverse())
    if (!same([epoch.batch(index)], [inOrder[index]]))
      fault(
        `Batch ${index} is another one when the batches before it were not drawn. A resumed run starts inside an epoch: draw all that is random in epoch, not in batch.`,
      );
}

function leavesAlone(unit: Unit, draw: (examples: Examples) => Epoch): void {
  const examples = examplesOf(unit);
  all(draw(examples));
  if (!same([examples], [examplesOf(unit)]))
    fault('It changes the examples that it gets. Shuffle a list of indices, and pick by them.');
}

function same(a: readonly Examples[], b: readonly Examples[]): boolean {
  return (
    a.length === b.length &&
    a.every((batch, index) => {
      const [one, other] = [columnsOf(batch), columnsOf(b[index])];
      return Object.keys({ ...one, ...other }).every((name) => identical(one[name] ?? [], other[name] ?? []));
    })
  );
}
