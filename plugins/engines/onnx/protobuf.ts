const utf8 = new TextEncoder();

/** Writes one protocol buffer message, field by field. https://protobuf.dev/programming-guides/encoding */
export interface Message {
  int(field: number, value: number): Message;
  float(field: number, value: number): Message;
  string(field: number, value: string): Message;
  raw(field: number, value: Uint8Array): Message;
  message(field: number, value: Message): Message;
  bytes(): Uint8Array;
  /** What `bytes` joins. */
  readonly chunks: readonly Uint8Array[];
  readonly length: number;
}

export function message(): Message {
  const chunks: Uint8Array[] = [];
  let length = 0;

  function push(chunk: Uint8Array): void {
    chunks.push(chunk);
    length += chunk.length;
  }

  const key = (field: number, wireType: number): void => push(varint((field << 3) | wireType));

  const self: Message = {
    chunks,
    get length() {
      return length;
    },
    int(field, value) {
      key(field, 0);
      push(varint(value));
      return self;
    },
    float(field, value) {
      key(field, 5);
      push(new Uint8Array(Float32Array.of(value).buffer));
      return self;
    },
    string: (field, value) => self.raw(field, utf8.encode(value)),
    raw(field, value) {
      key(field, 2);
      push(varint(value.length));
      push(value);
      return self;
    },
    message(field, value) {
      key(field, 2);
      push(varint(value.length));
      for (const chunk of value.chunks) chunks.push(chunk);
      length += value.length;
      return self;
    },
    bytes() {
      const result = new Uint8Array(length);
      let offset = 0;
      for (const chunk of chunks) {
        result.set(chunk, offset);
        offset += chunk.length;
      }
      return result;
    },
  };
  return self;
}

/** A 64-bit number, seven bits a byte, the low ones first; a negative one in two's complement. */
function varint(value: number): Uint8Array {
  const bytes: number[] = [];
  let rest = BigInt.asUintN(64, BigInt(value));
  if (rest < 128n) return Uint8Array.of(Number(rest));
  while (rest >= 128n) {
    bytes.push(Number(rest & 127n) | 128);
    rest >>= 7n;
  }
  return Uint8Array.of(...bytes, Number(rest));
}
