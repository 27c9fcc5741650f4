/** CRC-32 as in PNG and zip. */
export const crc32 = crcOf(0xedb88320);

/** CRC-32 by Castagnoli's polynomial, as in RFC 3720. */
export const crc32c = crcOf(0x82f63b78);

/** @param polynomial its bits, the highest power last */
function crcOf(polynomial: number): (bytes: Uint8Array) => number {
  const table = Uint32Array.from({ length: 256 }, (_, byte) => {
    let remainder = byte;
    for (let bit = 0; bit < 8; bit++) remainder = remainder & 1 ? (remainder >>> 1) ^ polynomial : remainder >>> 1;
    return remainder;
  });
  return (bytes) => {
    let crc = 0xffffffff;
    for (const byte of bytes) crc = table[(crc ^ byte) & 0xff] ^ (crc >>> 8);
    return ~crc >>> 0;
  };
}
