import type { SampleFormat } from './sample-format.js';
import { doubtOfRange } from './sample-range.js';
import { sizeOf, type HostTensor, type Shape } from '../plugin/tensors.js';
import { TwinspecError } from '../errors.js';
import { inWords } from '../words/in-words.js';

/** Samples of a column: n × sample size values, or those with their shape, [n, ...shape of one sample], which is checked. */
export type GivenColumn = ArrayLike<number> | { readonly shape: Shape; readonly data: ArrayLike<number> };
/** Samples to embed: those of the only column, or by column. */
export type GivenSamples = GivenColumn | Readonly<Record<string, GivenColumn>>;

/**
 * Whole samples as an engine takes them, by column: bytes as bytes, anything else as float32; copies, for the caller may
 * change its own while they are embedded, and an engine need not take memory that is shared.
 *
 * @throws CALL_INVALID where they are not whole samples of numbers, as many in each column
 */
export function sampleValues(
  given: GivenSamples,
  columns: Readonly<Record<string, SampleFormat>>,
  warn: (column: string, message: string) => void,
): Readonly<Record<string, Float32Array | Uint8Array>> {
  const names = Object.keys(columns);
  const valuesOf = (name: string, given: GivenColumn) => {
    const values = columnValues(given, columns[name]);
    const doubt = doubtOfRange(name, values, columns[name]);
    if (doubt !== null) warn(name, doubt);
    return values;
  };
  if (names.length === 1) return { [names[0]]: valuesOf(names[0], given as GivenColumn) };
  const hint = `Pass an object with an array for each column: ${names.join(', ')}.`;
  const own = Object(given) as Readonly<Record<string, GivenColumn>>;
  const missing = names.find((name) => own[name] === undefined);
  if (missing !== undefined)
    throw new TwinspecError('CALL_INVALID', `embed got ${inWords(given)}, which lacks the column ${missing}.`, {
      hint,
    });
  const values = Object.fromEntries(names.map((name) => [name, valuesOf(name, own[name])]));
  const counts = names.map((name) => values[name].length / sizeOf(columns[name].shape));
  if (new Set(counts).size > 1)
    throw new TwinspecError(
      'CALL_INVALID',
      `embed got ${names.map((name, index) => `${counts[index]} samples as ${name}`).join(' and ')}.`,
      { hint: 'Pass as many in each column.' },
    );
  return values;
}

function columnValues(given: GivenColumn, { shape }: SampleFormat): Float32Array | Uint8Array {
  const size = sizeOf(shape);
  const values = withoutShape(given, shape);
  const hint = `Pass an array of whole samples, one after the other: n × ${size} numbers.`;
  // A text has a length too.
  if (typeof values !== 'object' || typeof values?.length !== 'number') {
    throw new TwinspecError('CALL_INVALID', `embed got ${inWords(values)}, not an array of numbers.`, { hint });
  }
  if (values.length % size !== 0) {
    throw new TwinspecError(
      'CALL_INVALID',
      `embed got ${values.length} values, which is no multiple of ${size}, the size of a sample of shape [${shape.join(', ')}].`,
      { hint },
    );
  }
  if (values instanceof Uint8Array) return new Uint8Array(values);
  const data = new Float32Array(values.length);
  for (let index = 0; index < data.length; index++) {
    const value: unknown = values[index];
    if (typeof value !== 'number' || !Number.isFinite(Math.fround(value)))
      throw new TwinspecError('CALL_INVALID', `embed got ${inWords(value)} as value ${index}.`, { hint });
    data[index] = value;
  }
  return data;
}

/** @throws CALL_INVALID where the shape that comes with the values is not that of samples */
function withoutShape(given: GivenColumn, shape: Shape): ArrayLike<number> {
  const { shape: stated, data } = Object(given) as { readonly shape?: unknown; readonly data?: ArrayLike<number> };
  if (!Array.isArray(stated)) return given as ArrayLike<number>;
  const [count, ...each] = stated as unknown[];
  const expected = `[n, ${shape.join(', ')}]`;
  if (each.length !== shape.length || each.some((length, axis) => length !== shape[axis]))
    throw new TwinspecError('CALL_INVALID', `embed got samples of shape [${stated.join(', ')}].`, {
      hint: `Pass samples of shape ${expected}, as the model was trained on.`,
    });
  if (data?.length !== Number(count) * sizeOf(shape))
    throw new TwinspecError(
      'CALL_INVALID',
      `embed got ${inWords(data?.length)} values for the shape [${stated.join(', ')}].`,
      { hint: `Pass samples of shape ${expected}.` },
    );
  return data;
}

/** @throws CALL_INVALID where they are not as many embeddings on each side, or one on one side, each of this length */
export function checkEmbeddings(left: HostTensor, right: HostTensor, dimension: number): void {
  const hint = `Pass two tensors { shape: [n, ${dimension}], data: Float32Array }, as embed gives them; on one side n may be 1.`;
  for (const [name, tensor] of Object.entries({ left, right })) {
    const isTensor = Array.isArray(tensor?.shape) && tensor.data instanceof Float32Array;
    if (!isTensor) throw new TwinspecError('CALL_INVALID', `distance got ${inWords(tensor)} as ${name}.`, { hint });
  }
  const wrong = [left, right].find(({ shape }) => shape.length !== 2 || shape[1] !== dimension);
  if (wrong !== undefined || (left.shape[0] !== right.shape[0] && left.shape[0] !== 1 && right.shape[0] !== 1)) {
    const shapes = [left, right].map(({ shape }) => `[${shape.join(', ')}]`).join(' and ');
    throw new TwinspecError('CALL_INVALID', `distance got embeddings of shapes ${shapes}.`, { hint });
  }
  const uneven = [left, right].find(({ shape, data }) => data.length !== sizeOf(shape));
  if (uneven !== undefined) {
    throw new TwinspecError(
      'CALL_INVALID',
      `distance got ${uneven.data.length} values for the shape [${uneven.shape.join(', ')}].`,
      { hint },
    );
  }
  for (const [name, { data }] of Object.entries({ left, right })) {
    const bad = data.findIndex((value) => !Number.isFinite(value));
    if (bad >= 0)
      throw new TwinspecError('CALL_INVALID', `distance got ${data[bad]} as value ${bad} of ${name}.`, { hint });
  }
}

/** @throws NON_FINITE where an embedding is not: the weights are not, or a layer overflows for such samples */
export function checkEmbedded({ shape, data }: HostTensor): void {
  const bad = data.findIndex((value) => !Number.isFinite(value));
  if (bad < 0) return;
  throw new TwinspecError(
    'NON_FINITE',
    `The embedding of sample ${Math.floor(bad / shape[1])} has the value ${data[bad]}.`,
    {
      hint: 'Look at this sample: are its values of the size that the model was trained on?',
    },
  );
}

/** The values of so many embeddings: of one, over and over. */
export function repeated({ shape, data }: HostTensor, count: number): Float32Array {
  if (shape[0] === count) return data;
  const all = new Float32Array(count * data.length);
  for (let index = 0; index < count; index++) all.set(data, index * data.length);
  return all;
}

/** @throws CALL_INVALID after `dispose` */
export function checkOpen(call: string, disposed: boolean): void {
  if (!disposed) return;
  throw new TwinspecError('CALL_INVALID', `${call} was called after dispose.`, {
    hint: 'Dispose of a model when no call is to come, or load it again with loadModel.',
  });
}
