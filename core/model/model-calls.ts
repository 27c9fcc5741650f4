import { sizeOf, type HostTensor, type Shape } from '../plugin/tensors.js';
import { TwinspecError } from '../errors.js';

/**
 * Whole samples as an engine takes them: bytes as bytes, anything else as float32; a copy, for the caller may change its
 * own while they are embedded, and an engine need not take memory that is shared.
 *
 * @throws CALL_INVALID where they are not whole samples of numbers
 */
export function sampleValues(values: ArrayLike<number>, shape: Shape): Float32Array | Uint8Array {
  const size = sizeOf(shape);
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
    if (typeof value !== 'number' || !Number.isFinite(value))
      throw new TwinspecError('CALL_INVALID', `embed got ${inWords(value)} as value ${index}.`, { hint });
    data[index] = value;
  }
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

function inWords(value: unknown): string {
  if (value === null || value === undefined || typeof value === 'number') return String(value);
  if (typeof value !== 'object') return `a ${typeof value}`;
  if (Array.isArray(value)) return `an array of ${value.length}`;
  if (ArrayBuffer.isView(value)) return `a ${value.constructor.name}`;
  const keys = Object.keys(value);
  return keys.length === 0 ? 'an empty object' : `an object with ${keys.slice(0, 4).join(', ')}`;
}
