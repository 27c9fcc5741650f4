import type { VerificationMetrics } from '../evaluation/verification.js';
import type { RunEvent } from '../training/events.js';
import { crc32c } from './crc32c.js';

/** Figures of one step, by TensorBoard tag. */
export interface Scalars {
  readonly step: number;
  readonly values: Readonly<Record<string, number>>;
}

/** What TensorBoard shows of an event; null for an event without figures. */
export function scalarsOf(event: RunEvent): Scalars | null {
  switch (event.type) {
    case 'step': {
      const { step, loss, accuracy, learningRate, terms = {} } = event;
      const values: Record<string, number> = { 'train/loss': loss, 'train/learning_rate': learningRate };
      for (const [name, value] of Object.entries(terms)) values[`train/terms/${name}`] = value;
      return { step, values: accuracy === undefined ? values : { ...values, 'train/accuracy': accuracy } };
    }
    case 'epoch': {
      const { step, loss, accuracy, validation } = event;
      const values = { 'epoch/loss': loss, ...metricScalars('validation', validation) };
      return { step, values: accuracy === undefined ? values : { ...values, 'epoch/accuracy': accuracy } };
    }
    case 'validation':
      return { step: event.step, values: metricScalars('validation', event.validation) };
    case 'finished': {
      const { steps, test } = event.summary;
      return test && { step: steps, values: metricScalars('test', test) };
    }
    default:
      return null;
  }
}

function metricScalars(split: string, metrics: VerificationMetrics | null): Record<string, number> {
  if (metrics === null) return {};
  return {
    [`${split}/accuracy`]: metrics.accuracy,
    [`${split}/auc`]: metrics.auc,
    [`${split}/eer`]: metrics.eer,
    [`${split}/mean_same`]: metrics.meanSame,
    [`${split}/mean_different`]: metrics.meanDifferent,
  };
}

/**
 * A record of an event file with scalars. `wallTime` in seconds since 1970.
 *
 * Formats: tensorboard/compat/proto/event.proto and summary.proto, TFRecord framing.
 */
export function scalarRecord({ step, values }: Scalars, wallTime: number): Uint8Array {
  const summary = Object.entries(values).map(([tag, value]) =>
    bytesField(1, bytesField(1, Buffer.from(tag)), float(2, value)),
  );
  return tfRecord(double(1, wallTime), integer(2, step), bytesField(5, ...summary));
}

/** The record that an event file starts with. */
export function versionRecord(wallTime: number): Uint8Array {
  return tfRecord(double(1, wallTime), bytesField(3, Buffer.from('brain.Event:2')));
}

/** Length (uint64), its checksum, the content, its checksum; all little-endian. */
function tfRecord(...parts: readonly Uint8Array[]): Uint8Array {
  const content = Buffer.concat(parts);
  const length = Buffer.alloc(8);
  length.writeBigUInt64LE(BigInt(content.length));
  return Buffer.concat([length, checksum(length), content, checksum(content)]);
}

/** CRC-32C, rotated and shifted as TFRecord wants it, so that a checksum of checksums stays useful. */
function checksum(bytes: Uint8Array): Uint8Array {
  const crc = crc32c(bytes);
  const masked = Buffer.alloc(4);
  masked.writeUInt32LE((((crc >>> 15) | (crc << 17)) + 0xa282ead8) >>> 0);
  return masked;
}

// Protobuf fields: the key is number << 3 | wire type (0 varint, 1 eight bytes, 2 counted bytes, 5 four bytes).

function integer(number: number, value: number): Uint8Array {
  return Buffer.from([number << 3, ...varint(value)]);
}

function double(number: number, value: number): Uint8Array {
  const field = Buffer.from([(number << 3) | 1, 0, 0, 0, 0, 0, 0, 0, 0]);
  field.writeDoubleLE(value, 1);
  return field;
}

function float(number: number, value: number): Uint8Array {
  const field = Buffer.from([(number << 3) | 5, 0, 0, 0, 0]);
  field.writeFloatLE(value, 1);
  return field;
}

function bytesField(number: number, ...parts: readonly Uint8Array[]): Uint8Array {
  const content = Buffer.concat(parts);
  return Buffer.concat([Buffer.from([(number << 3) | 2, ...varint(content.length)]), content]);
}

function varint(value: number): number[] {
  const bytes: number[] = [];
  for (let rest = value; ; rest = Math.floor(rest / 128)) {
    if (rest < 128) return [...bytes, rest];
    bytes.push((rest % 128) | 128);
  }
}
