import type { Data } from '../../data/data.js';
import type { Examples } from '../../plugin/kinds/dataset.js';
import { countOf, pick } from '../../plugin/examples.js';
import type { Spec } from '../../spec/shell/spec.js';

const perKind = 10;

/** The same spec for a few steps: two epochs of small batches, judged and saved on the way. */
export function smokeSpec(spec: Spec): Spec {
  return {
    ...spec,
    training: {
      ...spec.training,
      epochs: 2,
      batchSize: Math.min(spec.training.batchSize, perKind - 2),
      maxSteps: null,
      maxTime: null,
      validate: { everyEpochs: 1, everySteps: 2 },
      checkpoint: { ...spec.training.checkpoint, everySteps: 2 },
    },
  };
}

/** The same dataset with a few examples of every kind in each split. All samples stay, since rows are numbers of them. */
export function fewExamples(data: Data): Data {
  const few = <E extends Examples | null>(examples: E) =>
    examples && (pick(examples, fewOf(examples, data.labels)) as E);
  const { train, validation, calibration, test } = data;
  return { ...data, train: few(train), validation: few(validation), calibration: few(calibration), test: few(test) };
}

function fewOf(examples: Examples, labels: Int32Array | null): Int32Array {
  switch (examples.unit) {
    case 'pairs':
      return fewOfEach(Array.from(examples.same, (grade) => Number(grade >= 0.5)));
    case 'triplets':
      return Int32Array.from(Array(Math.min(countOf(examples), 2 * perKind)).keys());
    case 'rows':
      return fewOfEach(
        Array.from(examples.rows, (row) => labels![row]),
        4,
      );
  }
}

/** Indices of the first ten of each kind, in their order; of the first kinds only, where a number is given. */
function fewOfEach(kinds: readonly number[], most = Infinity): Int32Array {
  const counts = new Map<number, number>();
  const taken = Array.from(kinds.keys()).filter((index) => {
    const count = counts.get(kinds[index]) ?? 0;
    if (count >= perKind || (count === 0 && counts.size >= most)) return false;
    counts.set(kinds[index], count + 1);
    return true;
  });
  return Int32Array.from(taken);
}
