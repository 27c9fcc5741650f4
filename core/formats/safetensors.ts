import { TwinspecError } from '../errors.js';
import { boundedJson } from './bounded-json.js';
import { isMapping } from '../schema/mapping.js';
import { sizeOf, type HostTensor, type HostTensors } from '../plugin/tensors.js';

/** Tensors and notes of a safetensors file. */
export interface SafetensorsContent {
  readonly tensors: HostTensors;
  /** Free text by name. */
  readonly metadata: Readonly<Record<string, string>>;
}

const lengthBytes = 8;
const alignment = 8;
const headerBytes = 2 ** 24;
const metadataKey = '__metadata__';

/**
 * The bytes of a safetensors file, in parts: header length (uint64) and JSON header padded with spaces to a multiple of 8,
 * then the values of each tensor, which are not copied. Tensors stand in the order of their places, so equal content gives equal bytes.
 *
 * Format: https://huggingface.co/docs/safetensors
 */
export function writeSafetensors(
  tensors: HostTensors,
  metadata: Readonly<Record<string, string>> = {},
): readonly Uint8Array[] {
  const places = Object.keys(tensors).sort();
  const entries: [string, unknown][] = [[metadataKey, metadata]];
  let end = 0;
  for (const place of places) {
    const { shape, data } = tensors[place];
    if (place === metadataKey) throw new Error(`A tensor cannot be called ${metadataKey}.`);
    if (sizeOf(shape) !== data.length)
      throw new Error(`${place} has ${data.length} values for shape [${shape.join()}].`);
    const begin = end;
    end += data.byteLength;
    entries.push([place, { dtype: 'F32', shape, data_offsets: [begin, end] }]);
  }

  const json = Buffer.from(JSON.stringify(Object.fromEntries(entries)));
  const headerLength = Math.ceil(json.length / alignment) * alignment;
  const header = new Uint8Array(lengthBytes + headerLength).fill(0x20);
  new DataView(header.buffer).setBigUint64(0, BigInt(headerLength), true);
  header.set(json, lengthBytes);
  const values = places.map((place) => {
    const { buffer, byteOffset, byteLength } = tensors[place].data;
    return new Uint8Array(buffer, byteOffset, byteLength);
  });
  return [header, ...values];
}

/**
 * Reads a safetensors file of float32 tensors. The values have to cover the file exactly: no hole, no overlap, no rest.
 * Where the file aligns them, as ours do, they are views into its bytes.
 *
 * @param file what messages call it
 * @throws MODEL_INVALID
 */
export function readSafetensors(bytes: Uint8Array, file: string): SafetensorsContent {
  const refuse = (what: string): never => {
    throw new TwinspecError('MODEL_INVALID', `${file} is no valid safetensors file: ${what}.`);
  };
  if (bytes.length < lengthBytes) refuse(`it has ${bytes.length} bytes, fewer than the length of its header takes`);
  const headerLength = Number(new DataView(bytes.buffer, bytes.byteOffset).getBigUint64(0, true));
  const start = lengthBytes + headerLength;
  if (start > bytes.length) refuse(`its header of ${headerLength} bytes goes beyond its end at ${bytes.length}`);

  const { [metadataKey]: metadata = {}, ...rest } = parseHeader(bytes.subarray(lengthBytes, start), refuse);
  if (!isMapping(metadata) || Object.values(metadata).some((value) => typeof value !== 'string')) {
    refuse('its metadata are not texts');
  }

  const entries = Object.entries(rest).map(([place, entry]) => checkEntry(place, entry, refuse));
  entries.sort((a, b) => a.begin - b.begin || a.end - b.end);
  let end = 0;
  for (const entry of entries) {
    if (entry.begin !== end) refuse(`the values of ${entry.place} start at ${entry.begin} instead of ${end}`);
    end = entry.end;
  }
  if (start + end !== bytes.length) refuse(`its values end at ${start + end}, but it has ${bytes.length} bytes`);

  const tensors = entries.map(({ place, shape, begin, end }): [string, HostTensor] => {
    const values = aligned(bytes.subarray(start + begin, start + end));
    return [place, { shape, data: new Float32Array(values.buffer, values.byteOffset, values.length / 4) }];
  });
  return { tensors: Object.fromEntries(tensors), metadata: metadata as Record<string, string> };
}

function aligned(bytes: Uint8Array): Uint8Array {
  return bytes.byteOffset % 4 === 0 ? bytes : bytes.slice();
}

type Refuse = (what: string) => never;

interface Entry {
  readonly place: string;
  readonly shape: readonly number[];
  readonly begin: number;
  readonly end: number;
}

function textOf(bytes: Uint8Array): string | null {
  try {
    return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes);
  } catch {
    return null;
  }
}

function parseHeader(bytes: Uint8Array, refuse: Refuse): Record<string, unknown> {
  if (bytes.length > headerBytes)
    refuse(`its header has ${bytes.length} bytes, more than the ${headerBytes} that are read`);
  const text = textOf(bytes) ?? refuse('its header is not JSON');
  const header = boundedJson(text);
  if (header === undefined) refuse('its header is not JSON of a usual depth and length');
  if (!isMapping(header)) return refuse('its header is no JSON object');
  const twice = repeatedKey(text);
  return twice === null ? header : refuse(`${twice} stands twice in its header`);
}

function checkEntry(place: string, entry: unknown, refuse: Refuse): Entry {
  if (!isMapping(entry)) return refuse(`${place} is not described`);
  const { dtype, shape, data_offsets: offsets, ...others } = entry;
  const [unknown] = Object.keys(others);
  if (unknown !== undefined) refuse(`${place} has an unknown property ${unknown}`);
  if (dtype !== 'F32') refuse(`${place} is of type ${JSON.stringify(dtype)}; only F32 is read`);
  if (!isCounts(shape)) return refuse(`${place} has no valid shape`);
  if (!isCounts(offsets) || offsets.length !== 2) return refuse(`${place} has no valid data_offsets`);
  const [begin, end] = offsets;
  if (end - begin !== 4 * sizeOf(shape)) {
    refuse(`${place} of shape [${shape.join()}] has ${end - begin} bytes instead of ${4 * sizeOf(shape)}`);
  }
  return { place, shape, begin, end };
}

/** The first key that an object of this valid JSON text holds twice; `JSON.parse` keeps silently the last. */
function repeatedKey(json: string): string | null {
  const open: Set<string>[] = [];
  for (const [mark, text, colon] of json.matchAll(/("(?:[^"\\]|\\.)*")(\s*:)?|[{}]/g)) {
    if (mark === '{') open.push(new Set());
    else if (mark === '}') open.pop();
    else if (colon !== undefined) {
      const key = JSON.parse(text) as string;
      const keys = open[open.length - 1];
      if (keys.has(key)) return key;
      keys.add(key);
    }
  }
  return null;
}

function isCounts(value: unknown): value is number[] {
  return Array.isArray(value) && value.every((count) => Number.isSafeInteger(count) && count >= 0);
}
