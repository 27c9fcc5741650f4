import type { Examples } from '../plugin/kinds/dataset.js';
import { countOf, rowsOf, samplesPerExample } from '../plugin/examples.js';

type Outputs = Readonly<Record<string, Float32Array>>;

const mostRows = 8;

/**
 * What in a step is not finite, in words: the first tensor in the order of the computation, and the rows of the dataset
 * that it comes from, where they can be told.
 *
 * @param outputs of SiameseGraph.diagnosis
 * @param batches of the step
 * @param dimension length of an embedding
 */
export function describeNonFinite(outputs: Outputs, batches: readonly Examples[], dimension: number): string {
  const rows = new Set(batches.flatMap((batch, index) => [...rowsOfBatch(outputs, batch, index, dimension)]));
  const shown = [...rows].sort((a, b) => a - b).slice(0, mostRows);
  const more = rows.size > mostRows ? ` and ${rows.size - mostRows} more` : '';
  const from =
    rows.size === 0 ? '' : `, from row${rows.size === 1 ? '' : 's'} ${shown.join(', ')}${more} of the samples`;
  return `${firstTensor(outputs)}${from}.`;
}

/** Names of outputs in the order of the computation, with what people call them. */
const order: readonly (readonly [RegExp, (rest: string) => string])[] = [
  [/^\d+\/embedding$/, () => 'an embedding'],
  [/^\d+\/values\/(.*)$/, (term) => (term === 'loss' ? 'a value of the loss' : `a value of the loss term ${term}`)],
  [/^term\/(.*)$/, (term) => `the loss term ${term}`],
  [/^(loss)$/, () => 'the loss'],
  [/^\d+\/embeddingGradient$/, () => 'the gradient of an embedding'],
  [/^gradient\/(.*)$/, (place) => `the gradient of ${place}`],
  [/^next\/(.*)$/, (place) => `the update of ${place}`],
];

function firstTensor(outputs: Outputs): string {
  for (const [pattern, title] of order) {
    for (const [name, values] of Object.entries(outputs)) {
      const match = pattern.exec(name);
      const bad = match === null ? undefined : values.find((value) => !Number.isFinite(value));
      if (bad !== undefined) return `${title(match![1] ?? '')} is ${bad}`;
    }
  }
  return 'something in it is not finite that is finite when the step is repeated';
}

/** Rows of what is not finite first: their embedding, a value of the loss, or the gradient of the embedding. */
function rowsOfBatch(outputs: Outputs, batch: Examples, index: number, dimension: number): readonly number[] {
  const rows = rowsOf(batch);
  const ofEmbeddings = (name: string) =>
    badIndices(outputs[`${index}/${name}`]).map((at) => rows[Math.floor(at / dimension)]);
  const ofValues = () =>
    Object.entries(outputs)
      .filter(([name]) => name.startsWith(`${index}/values/`))
      .flatMap(([, values]) => badIndices(values).flatMap((at) => rowsOfElement(batch, at, values.length)));
  for (const cause of [() => ofEmbeddings('embedding'), ofValues, () => ofEmbeddings('embeddingGradient')]) {
    const found = cause();
    if (found.length > 0) return found;
  }
  return [];
}

/** The rows that one of a loss's values is made of; none where that cannot be told, as with values of all pairs of rows. */
function rowsOfElement(batch: Examples, element: number, size: number): readonly number[] {
  const count = countOf(batch);
  const rows = rowsOf(batch);
  if (batch.unit === 'rows') {
    const isOfAnchors = (size === count && count !== 3) || size === count ** 2;
    return isOfAnchors ? [rows[Math.floor((element * count) / size)]] : [];
  }
  const example = element % count;
  return Array.from({ length: samplesPerExample(batch.unit) }, (_, side) => rows[side * count + example]);
}

function badIndices(values: Float32Array): number[] {
  return Array.from(values.keys()).filter((index) => !Number.isFinite(values[index]));
}
