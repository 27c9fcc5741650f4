import { inflateSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import { crc32 } from '../../../core/formats/crc32.js';
import { writePng } from '../../../core/formats/png.js';

function chunksOf(png: Buffer): Record<string, Buffer> {
  const chunks: Record<string, Buffer> = {};
  for (let at = 8; at < png.length;) {
    const end = at + 8 + png.readUInt32BE(at);
    expect(png.readUInt32BE(end)).toBe(crc32(png.subarray(at + 4, end)));
    chunks[png.toString('latin1', at + 4, at + 8)] = png.subarray(at + 8, end);
    at = end + 4;
  }
  return chunks;
}

describe('writePng', () => {
  it('ends with the bytes that every PNG ends with', () => {
    const png = Buffer.from(writePng({ width: 1, height: 1, channels: 1, pixels: Uint8Array.of(9) }));
    // The empty chunk IEND of the PNG specification, with its checksum.
    expect(png.subarray(-12).toString('hex')).toBe('0000000049454e44ae426082');
    expect(png.subarray(0, 8).toString('latin1')).toBe('\x89PNG\r\n\x1a\n');
  });

  it('holds size, color type and pixels, each line after a byte for its filter', () => {
    const grey = chunksOf(
      Buffer.from(writePng({ width: 2, height: 2, channels: 1, pixels: Uint8Array.of(1, 2, 3, 4) })),
    );
    expect([...grey.IHDR]).toEqual([0, 0, 0, 2, 0, 0, 0, 2, 8, 0, 0, 0, 0]);
    expect([...inflateSync(grey.IDAT)]).toEqual([0, 1, 2, 0, 3, 4]);

    const color = chunksOf(
      Buffer.from(writePng({ width: 1, height: 2, channels: 3, pixels: Uint8Array.of(1, 2, 3, 4, 5, 6) })),
    );
    expect([...color.IHDR]).toEqual([0, 0, 0, 1, 0, 0, 0, 2, 8, 2, 0, 0, 0]);
    expect([...inflateSync(color.IDAT)]).toEqual([0, 1, 2, 3, 0, 4, 5, 6]);
  });
});
