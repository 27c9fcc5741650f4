import { describe, expect, it } from 'vitest';
import { crc32, crc32c } from '../../../core/formats/crc32.js';

describe('crc32', () => {
  it('has the check value of the catalogue of parametrised CRC algorithms', () => {
    expect(crc32(Buffer.from('123456789'))).toBe(0xcbf43926);
  });
});

describe('crc32c', () => {
  it.each([
    // RFC 3720, appendix B.4; its bytes are little-endian.
    ['32 zeros', Buffer.alloc(32), 0x8a9136aa],
    ['32 ones', Buffer.alloc(32, 0xff), 0x62a8ab43],
    ['0 to 31', Buffer.from(Array.from({ length: 32 }, (_, index) => index)), 0x46dd794e],
    ['31 to 0', Buffer.from(Array.from({ length: 32 }, (_, index) => 31 - index)), 0x113fdb5c],
    // The check value of the catalogue of parametrised CRC algorithms.
    ['"123456789"', Buffer.from('123456789'), 0xe3069283],
    ['nothing', Buffer.alloc(0), 0],
  ])('of %s', (_what, bytes, expected) => {
    expect(crc32c(bytes)).toBe(expected);
  });
});
