// Fields of a Protobuf message. The key is number << 3 | wire type (0 varint, 1 eight bytes, 2 counted bytes, 5 four bytes).

/** A field int64, bool or enum; nothing for 0, as usual. */
export function integerField(number: number, value: number): Uint8Array {
  if (value === 0) return new Uint8Array();
  return Buffer.from([number << 3, ...varint(value)]);
}

export function doubleField(number: number, value: number): Uint8Array {
  const field = Buffer.from([(number << 3) | 1, 0, 0, 0, 0, 0, 0, 0, 0]);
  field.writeDoubleLE(value, 1);
  return field;
}

export function floatField(number: number, value: number): Uint8Array {
  const field = Buffer.from([(number << 3) | 5, 0, 0, 0, 0]);
  field.writeFloatLE(value, 1);
  return field;
}

/** A packed field of doubles. */
export function doublesField(number: number, values: readonly number[]): Uint8Array {
  const content = Buffer.alloc(8 * values.length);
  for (const [index, value] of values.entries()) content.writeDoubleLE(value, 8 * index);
  return messageField(number, content);
}

export function textField(number: number, text: string): Uint8Array {
  return messageField(number, Buffer.from(text));
}

/** A message within, of these fields. */
export function messageField(number: number, ...fields: readonly Uint8Array[]): Uint8Array {
  const content = Buffer.concat(fields);
  return Buffer.concat([Buffer.from([(number << 3) | 2, ...varint(content.length)]), content]);
}

function varint(value: number): number[] {
  const bytes: number[] = [];
  for (let rest = value; ; rest = Math.floor(rest / 128)) {
    if (rest < 128) return [...bytes, rest];
    bytes.push((rest % 128) | 128);
  }
}
