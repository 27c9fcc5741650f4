import { describe, expect, it } from 'vitest';
import { readManifest, writeManifest, type ManifestContent } from '../../../core/model/manifest.js';
import { sha256 } from '../../../core/run/storage.js';
import { exampleSpec } from '../../support/example-spec.js';

const content: ManifestContent = {
  twinspec: '1.2.3',
  spec: exampleSpec,
  columns: { image: { shape: [28, 28, 1], dtype: 'uint8', scale: 1 / 255 } },
  judgingRule: 2,
  classes: 10,
  dimension: 128,
  threshold: 0.5,
  state: ['base/1/moving_mean'],
  files: { 'model.safetensors': { bytes: 12, sha256: 'abc' } },
};
const text = writeManifest(content);
const read = (of: string) => readManifest(of, 'model.json');
const refusal = (what: RegExp): unknown =>
  expect.objectContaining({ code: 'MODEL_INVALID', message: expect.stringMatching(what) as unknown });

/** A manifest with any content under a right seal. */
function sealed(manifest: object): string {
  return JSON.stringify({ ...manifest, sha256: sha256(JSON.stringify(manifest)) });
}

describe('manifest', () => {
  it('reads back what it wrote', () => {
    expect(read(text)).toEqual({ format: 'twinspec-model', version: 2, ...content });
  });

  it('ends with the sha256 of all the rest', () => {
    const { sha256: seal, ...rest } = JSON.parse(text) as Record<string, unknown>;
    expect(seal).toBe(sha256(JSON.stringify(rest)));
  });

  it('refuses every truncation', () => {
    // Without its last line break the text is still whole.
    for (let length = 0; length < text.length - 1; length++) {
      expect(() => read(text.slice(0, length)), `${length} characters`).toThrow(refusal(/damaged/));
    }
  });

  it('finds every flipped bit that means anything', () => {
    const bytes = Buffer.from(text);
    const harmless: number[] = [];
    for (let bit = 0; bit < 8 * bytes.length; bit++) {
      const flipped = Buffer.from(bytes);
      flipped[bit >> 3] ^= 1 << (bit & 7);
      try {
        expect(read(flipped.toString())).toEqual(read(text));
        harmless.push(bytes[bit >> 3]);
      } catch (error) {
        expect(error, `bit ${bit}`).toMatchObject({ code: 'MODEL_INVALID' });
      }
    }
    expect(harmless.filter((byte) => byte !== 0x20 && byte !== 0x0a)).toEqual([]);
  });

  it('reads the first version, whose only column had no name', () => {
    const { columns, ...rest } = content;
    const first = {
      format: 'twinspec-model',
      version: 1,
      ...rest,
      judgingRule: undefined,
      samples: columns['image'],
    };
    expect(read(sealed(JSON.parse(JSON.stringify(first)) as object))).toEqual({
      format: 'twinspec-model',
      version: 2,
      ...content,
      columns: { samples: columns['image'] },
      judgingRule: 1,
    });
  });

  it('refuses a threshold that was changed by hand', () => {
    const changed = text.replace('"threshold": 0.5', '"threshold": 0.7');
    expect(() => read(changed)).toThrow(refusal(/model\.json was changed or damaged/));
  });

  it('says that a later format needs a later Twinspec, whatever else is in it', () => {
    const later = JSON.stringify({ format: 'twinspec-model', version: 3, anything: true });
    expect(() => read(later)).toThrow(refusal(/of format version 3, but this Twinspec reads no later one than 2/));
    expect(() => read(later)).toThrow(expect.objectContaining({ hint: 'Update Twinspec.' }));
  });

  it.each(['null', '[]', '"text"', '3', '{}', '{"format":"layers-model"}'])('refuses %s', (other) => {
    expect(() => read(other)).toThrow(refusal(/is damaged, or is not the manifest of a model/));
  });

  it.each<[string, object, RegExp]>([
    ['a missing member', { dimension: undefined }, /must have required property 'dimension'/],
    ['an unknown member', { more: 1 }, /must NOT have additional properties/],
    ['no threshold', { threshold: null }, /\/threshold must be number/],
    ['a dimension of 0', { dimension: 0 }, /\/dimension must be >= 1/],
    [
      'an unknown type',
      { columns: { image: { ...content.columns['image'], dtype: 'float64' } } },
      /\/columns\/image\/dtype/,
    ],
    ['a file elsewhere', { files: { '../../secret': { bytes: 1, sha256: '' } } }, /\/files/],
    ['an older version', { version: 0 }, /\/version/],
  ])('refuses %s', (_what, change, message) => {
    const manifest = JSON.parse(
      JSON.stringify({ format: 'twinspec-model', version: 2, ...content, ...change }),
    ) as object;
    expect(() => read(sealed(manifest))).toThrow(refusal(message));
  });
});
