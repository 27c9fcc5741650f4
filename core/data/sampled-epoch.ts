import type { Examples } from '../plugin/kinds/dataset.js';
import type { Epoch, Sampler } from '../plugin/kinds/sampler.js';
import { TwinspecError } from '../errors.js';
import { countOf, pick, rowsOf } from '../plugin/examples.js';
import { stream } from '../random/stream.js';
import type { Spec } from '../spec/shell/spec.js';
import type { Data } from './data.js';

/**
 * The batches of an epoch of the training split, each checked as it is drawn. The sampler gets copies, so that it cannot
 * change the data.
 *
 * @throws PLUGIN_FAILED, here and from `batch`, naming the sampler, the epoch and the batch
 */
export function sampledEpoch(
  {
    seed,
    training: {
      sampler: { use },
      batchSize,
    },
  }: Spec,
  { rows, labels, groups, train }: Data,
  sampler: Sampler,
  epoch: number,
): Epoch {
  const refuse = (why: string, hint?: string): never => {
    throw new TwinspecError('PLUGIN_FAILED', `sampler ${use}: ${why}`, { hint });
  };
  const drawn = sampler.epoch({
    examples: copyOf(train),
    labels: labels?.slice() ?? null,
    groups: groups?.slice() ?? null,
    batchSize,
    random: stream(seed, 'order', epoch),
  });
  if (!Number.isInteger(drawn.batches) || drawn.batches < 1)
    refuse(`epoch ${epoch} has ${drawn.batches} batches; expected 1 or more.`);

  const draw = (index: number) => {
    const batch = drawn.batch(index);
    if (countOf(batch) === 0) refuse(`batch ${index} of epoch ${epoch} is empty.`);
    const wrong = rowsOf(batch).find((row) => !(row >= 0 && row < rows));
    if (wrong !== undefined)
      refuse(`batch ${index} of epoch ${epoch} names row ${wrong}; the rows of the dataset are 0 to ${rows - 1}.`);
    return batch;
  };
  let size: number | null = null;
  return {
    batches: drawn.batches,
    batch(index) {
      const batch = draw(index);
      size ??= index === 0 ? countOf(batch) : countOf(draw(0));
      const count = countOf(batch);
      const fits = index === drawn.batches - 1 ? count <= size : count === size;
      if (!fits)
        refuse(
          `batch ${index} of epoch ${epoch} has ${count} ${batch.unit}, and batch 0 has ${size}.`,
          'All batches of an epoch are of one size but the last, which may be smaller.',
        );
      return batch;
    },
  };
}

function copyOf(examples: Examples): Examples {
  return pick(
    examples,
    new Int32Array(countOf(examples)).map((_, index) => index),
  );
}
