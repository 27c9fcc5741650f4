import type { LoadedDataset } from '../plugin/kinds/dataset.js';
import type { Epoch, Sampler } from '../plugin/kinds/sampler.js';
import { sizeOf } from '../plugin/tensors.js';
import { TwinspecError } from '../errors.js';
import { countOf } from '../plugin/examples.js';
import { rowsOf } from '../graph/examples.js';
import { stream } from '../random/stream.js';
import type { Spec } from '../spec/shell/spec.js';

/**
 * The batches of an epoch of the training split, each checked as it is drawn.
 *
 * @throws PLUGIN_FAILED, here and from `batch`, naming the sampler
 */
export function sampledEpoch(
  {
    seed,
    training: {
      sampler: { use },
      batchSize,
    },
  }: Spec,
  { samples, labels, train }: LoadedDataset,
  sampler: Sampler,
  epoch: number,
): Epoch {
  const refuse = (why: string): never => {
    throw new TwinspecError('PLUGIN_FAILED', `sampler ${use}: ${why}`);
  };
  const rows = samples.data.length / sizeOf(samples.shape);
  const drawn = sampler.epoch({ examples: train, labels, batchSize, random: stream(seed, 'order', epoch) });
  if (!Number.isInteger(drawn.batches) || drawn.batches < 1)
    refuse(`epoch ${epoch} has ${drawn.batches} batches; expected 1 or more.`);
  return {
    batches: drawn.batches,
    batch(index) {
      const batch = drawn.batch(index);
      if (countOf(batch) === 0) refuse(`batch ${index} is empty.`);
      const wrong = rowsOf(batch).find((row) => !(row >= 0 && row < rows));
      if (wrong !== undefined)
        refuse(`batch ${index} names row ${wrong}; the rows of the dataset are 0 to ${rows - 1}.`);
      return batch;
    },
  };
}
