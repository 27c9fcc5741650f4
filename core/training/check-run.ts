import type { Data } from '../data/data.js';
import type { Examples } from '../plugin/kinds/dataset.js';
import type { Loss } from '../plugin/kinds/loss.js';
import type { Sampler } from '../plugin/kinds/sampler.js';
import { TwinspecError } from '../errors.js';
import { countOf } from '../plugin/examples.js';
import { families, type Family } from '../graph/places.js';
import type { SiameseGraph } from '../graph/siamese-graph.js';
import type { Spec } from '../spec/shell/spec.js';
import { sampledEpoch } from '../data/sampled-epoch.js';

export interface RunParts {
  readonly spec: Spec;
  readonly dataset: Data;
  readonly sampler: Sampler;
  readonly graph: SiameseGraph;
  readonly loss: Loss<never>;
}

/** As many batches tell what the others are like. */
const mostBatches = 64;

/**
 * What only the data and the network tell of a spec: warnings, in words.
 *
 * @throws SPEC_MISMATCH for what cannot train
 */
export function checkRun({ spec, dataset, sampler, graph, loss }: RunParts): string[] {
  const { training, embedding } = spec;
  const { train, labels } = dataset;
  const epoch = sampledEpoch(spec, dataset, sampler, 1);
  const steps = training.epochs * Math.ceil(epoch.batches / training.accumulate);
  if (training.warmupSteps >= steps) {
    throw misfit(
      `training.warmupSteps is ${training.warmupSteps}, and the whole run has ${steps} steps.`,
      'Make the warm-up shorter than the run: the learning rate never gets to its schedule.',
    );
  }
  if (embedding.normalize && graph.dimension === 1) {
    throw misfit(
      `base ${spec.base.use} gives embeddings of one number, and embedding.normalize makes each of them -1 or 1.`,
      'Nothing can be learned from that: give the base a wider last layer, or do not normalise.',
    );
  }
  checkLabels(spec, dataset, loss);
  const batches = Array.from({ length: Math.min(mostBatches, epoch.batches) }, (_, index) => epoch.batch(index));
  return [
    ...batchSizeWarnings(spec, train),
    ...lossRateWarnings(spec, graph),
    ...pairWarnings(batches, labels, hasMemory(graph)),
  ];
}

/** A loss with weights for each class has none for a row without one. */
function checkLabels({ loss: { use } }: Spec, { train, labels }: Data, loss: Loss<never>): void {
  if (train.unit !== 'rows') return;
  const row = train.rows.find((row) => labels![row] < 0);
  if (row === undefined) return;
  const shapes = (classes: number) =>
    JSON.stringify(Object.entries(loss.weights?.({ classes, dimension: 2 }) ?? {}).map(([, { shape }]) => shape));
  if (shapes(2) === shapes(3)) return;
  throw misfit(
    `loss ${use} has weights for each class, and row ${row} of the train split has no label.`,
    'Leave rows without a label out of the train split, or take a loss that compares samples with each other.',
  );
}

function batchSizeWarnings({ training: { batchSize } }: Spec, train: Examples): string[] {
  const count = countOf(train);
  return batchSize > count
    ? [
        `training.batchSize is ${batchSize}, and there are ${count} ${train.unit} to train on: every batch has all of them.`,
      ]
    : [];
}

function lossRateWarnings({ training: { lossLearningRate }, loss }: Spec, graph: SiameseGraph): string[] {
  return lossLearningRate !== 1 && !holdsOwn(graph, families.weights)
    ? [
        `training.lossLearningRate is ${lossLearningRate}, which has no effect: loss ${loss.use} has no weights of its own.`,
      ]
    : [];
}

/** A loss compares samples of one class with each other, unless it holds something of its own to compare them with. */
function pairWarnings(batches: readonly Examples[], labels: Int32Array | null, hasMemory: boolean): string[] {
  const without = batches.filter((batch) => !holdsMatch(batch, labels)).length;
  if (without === 0 || hasMemory) return [];
  if (without === batches.length) {
    throw misfit(
      `None of the first ${batches.length} batches holds two samples of one class, so nothing draws samples together.`,
      'Raise training.batchSize, or take a sampler that draws several samples of each class.',
    );
  }
  return without * 2 > batches.length
    ? [
        `${without} of the first ${batches.length} batches hold no two samples of one class. Raise training.batchSize, or take a sampler that draws several samples of each class.`,
      ]
    : [];
}

function holdsMatch(batch: Examples, labels: Int32Array | null): boolean {
  switch (batch.unit) {
    case 'pairs':
      return batch.same.some((grade) => grade > 0);
    case 'triplets':
      return true;
    case 'rows': {
      const labelled = batch.rows.filter((row) => labels![row] >= 0);
      return new Set(labelled.map((row) => labels![row])).size < labelled.length;
    }
  }
}

function hasMemory(graph: SiameseGraph): boolean {
  return holdsOwn(graph, families.weights) || holdsOwn(graph, families.state);
}

/** Whether the loss has tensors of its own in a family. */
function holdsOwn({ initial }: SiameseGraph, { within }: Family): boolean {
  return Object.keys(within(initial)).some((place) => place.startsWith('loss/'));
}

function misfit(message: string, hint: string): TwinspecError {
  return new TwinspecError('SPEC_MISMATCH', message, { hint });
}
