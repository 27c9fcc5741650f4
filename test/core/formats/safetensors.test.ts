import { createHash } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import type { HostTensors } from '../../../core/plugin/tensors.js';
import * as safetensors from '../../../core/formats/safetensors.js';

const tensors: HostTensors = {
  'base/0/kernel': { shape: [2, 3], data: new Float32Array([1, -2, 3.5, 0, -0, 1e-45]) },
  'base/0/bias': { shape: [3], data: new Float32Array([0.1, 3.4e38, -1]) },
  'loss/beta': { shape: [], data: new Float32Array([1.2]) },
  'loss/none': { shape: [0, 4], data: new Float32Array() },
};
const read = (bytes: Uint8Array) => safetensors.readSafetensors(bytes, 'a.safetensors');
const writeSafetensors = (...written: Parameters<typeof safetensors.writeSafetensors>) =>
  new Uint8Array(Buffer.concat(safetensors.writeSafetensors(...written)));
const refusal = (what: RegExp): unknown =>
  expect.objectContaining({ code: 'MODEL_INVALID', message: expect.stringMatching(what) as unknown });

/** A file with any header and so many zero bytes of values. */
function file(header: unknown, values = 0): Uint8Array {
  const json = Buffer.from(typeof header === 'string' ? header : JSON.stringify(header));
  const length = Buffer.alloc(8);
  length.writeBigUInt64LE(BigInt(json.length));
  return new Uint8Array(Buffer.concat([length, json, Buffer.alloc(values)]));
}
const f32 = (shape: unknown, ...offsets: unknown[]) => ({ dtype: 'F32', shape, data_offsets: offsets });

describe('safetensors', () => {
  it('reads back what it wrote, bit by bit', () => {
    const content = read(writeSafetensors(tensors, { format: 'tëst' }));
    expect(content.metadata).toEqual({ format: 'tëst' });
    expect(content.tensors).toEqual(tensors);
    expect(Object.is(content.tensors['base/0/kernel'].data[4], -0)).toBe(true);
  });

  it('keeps places that objects have of their own', () => {
    const odd = Object.fromEntries(
      ['__proto__', 'constructor', 'toString'].map((place) => [place, { shape: [1], data: new Float32Array([7]) }]),
    );
    expect(Object.keys(read(writeSafetensors(odd)).tensors).sort()).toEqual(['__proto__', 'constructor', 'toString']);
  });

  it('writes the documented layout', () => {
    const bytes = writeSafetensors({ b: { shape: [1], data: new Float32Array([1]) } }, { k: 'v' });
    const header = '{"__metadata__":{"k":"v"},"b":{"dtype":"F32","shape":[1],"data_offsets":[0,4]}}';
    const padded = header.padEnd(Math.ceil(header.length / 8) * 8);
    expect(Buffer.from(bytes.subarray(8, -4)).toString()).toBe(padded);
    expect([...bytes.subarray(0, 8)]).toEqual([padded.length, 0, 0, 0, 0, 0, 0, 0]);
    expect([...bytes.subarray(-4)]).toEqual([0, 0, 0x80, 0x3f]);
  });

  it('writes the same bytes whatever the order of the places', () => {
    const reversed = Object.fromEntries(Object.entries(tensors).reverse());
    expect(writeSafetensors(reversed)).toEqual(writeSafetensors(tensors));
  });

  it('copies views of larger buffers, from and to', () => {
    const view = new Float32Array([9, 1, 2, 9]).subarray(1, 3);
    const bytes = writeSafetensors({ a: { shape: [2], data: view } });
    const shifted = new Uint8Array(bytes.length + 3);
    shifted.set(bytes, 3);
    expect([...read(shifted.subarray(3)).tensors.a.data]).toEqual([1, 2]);
    expect([...read(Buffer.from(bytes)).tensors.a.data]).toEqual([1, 2]);
  });

  it('refuses to write what it could not read', () => {
    expect(() => writeSafetensors({ a: { shape: [2], data: new Float32Array(3) } })).toThrow(
      /3 values for shape \[2\]/,
    );
    expect(() => writeSafetensors({ __metadata__: { shape: [], data: new Float32Array(1) } })).toThrow(
      /cannot be called/,
    );
  });

  it.each<[string, Uint8Array, RegExp]>([
    ['an empty file', new Uint8Array(), /has 0 bytes/],
    ['a header beyond the end', file('{}').subarray(0, 9), /header of 2 bytes goes beyond its end at 9/],
    ['a huge header', new Uint8Array(8).fill(255), /goes beyond its end/],
    ['no JSON', file('{nope}'), /not JSON/],
    ['bytes that are no UTF-8', file('{"a":1}').map((byte, at) => (at === 10 ? 0xff : byte)), /not JSON/],
    ['an array', file([]), /no JSON object/],
    ['null', file('null'), /no JSON object/],
    ['metadata that are no texts', file({ __metadata__: { a: 1 } }), /metadata/],
    ['a tensor without description', file({ a: 3 }), /a is not described/],
    ['another type', file({ a: { dtype: 'F16', shape: [2], data_offsets: [0, 4] } }, 4), /a is of type "F16"/],
    ['an unknown property', file({ a: { ...f32([1], 0, 4), more: 1 } }, 4), /unknown property more/],
    ['a negative dimension', file({ a: f32([-1, -1], 0, 4) }, 4), /no valid shape/],
    ['a broken dimension', file({ a: f32([0.5, 2], 0, 4) }, 4), /no valid shape/],
    ['no shape', file({ a: f32(undefined, 0, 4) }, 4), /no valid shape/],
    ['one offset', file({ a: f32([1], 0) }, 4), /no valid data_offsets/],
    ['offsets swapped', file({ a: f32([1], 4, 0) }, 4), /has -4 bytes instead of 4/],
    ['a size unlike the shape', file({ a: f32([2], 0, 4) }, 4), /has 4 bytes instead of 8/],
    ['a shape beyond numbers', file({ a: f32([2 ** 52, 2 ** 52], 0, 4) }, 4), /instead of/],
    ['an overlap', file({ a: f32([2], 0, 8), b: f32([2], 4, 12) }, 12), /b start at 4 instead of 8/],
    ['the same bytes twice', file({ a: f32([1], 0, 4), b: f32([1], 0, 4) }, 4), /start at 0 instead of 4/],
    ['a hole', file({ a: f32([1], 0, 4), b: f32([1], 8, 12) }, 12), /b start at 8 instead of 4/],
    ['bytes before the first', file({ a: f32([1], 4, 8) }, 8), /a start at 4 instead of 0/],
    ['bytes behind the last', file({ a: f32([1], 0, 4) }, 5), /but it has/],
    ['values beyond the end', file({ a: f32([2], 0, 8) }, 7), /but it has/],
    [
      'a name twice',
      file(
        '{"a":{"dtype":"F32","shape":[0],"data_offsets":[0,0]},"\\u0061":{"dtype":"F32","shape":[0],"data_offsets":[0,0]}}',
      ),
      /a stands twice/,
    ],
    [
      'a property twice',
      file('{"a":{"dtype":"F32","shape":[0],"shape":[0],"data_offsets":[0,0]}}'),
      /shape stands twice/,
    ],
  ])('refuses %s', (_what, bytes, message) => {
    expect(() => read(bytes)).toThrow(refusal(message));
  });

  it('takes braces, colons and quotes inside names for what they are', () => {
    const odd = {
      'a}"{:b': { shape: [1], data: new Float32Array([1]) },
      '{': { shape: [1], data: new Float32Array([2]) },
    };
    expect(read(writeSafetensors(odd)).tensors).toEqual(odd);
  });

  it('refuses every truncation', () => {
    const bytes = writeSafetensors(tensors);
    for (let length = 0; length < bytes.length; length++) {
      expect(() => read(bytes.subarray(0, length)), `${length} bytes`).toThrow(refusal(/./));
    }
  });

  it('throws nothing but coded errors for flipped bits, and the sha256 tells each of them', () => {
    const bytes = writeSafetensors(tensors);
    const sha256 = (of: Uint8Array) => createHash('sha256').update(of).digest('hex');
    const original = sha256(bytes);
    for (let bit = 0; bit < 8 * bytes.length; bit++) {
      const flipped = bytes.slice();
      flipped[bit >> 3] ^= 1 << (bit & 7);
      expect(sha256(flipped)).not.toBe(original);
      try {
        read(flipped);
      } catch (error) {
        expect(error, `bit ${bit}`).toMatchObject({ code: 'MODEL_INVALID' });
      }
    }
  });
});
