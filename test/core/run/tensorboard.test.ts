import { describe, expect, it } from 'vitest';
import { scalarRecord, scalarsOf, versionRecord } from '../../../core/run/tensorboard.js';
import type { RunSummary } from '../../../core/training/events.js';

const metrics = { pairs: 4, threshold: 0.5, accuracy: 0.75, auc: 0.8, eer: 0.2, meanSame: 0.3, meanDifferent: 0.9 };

describe('scalarRecord', () => {
  it('writes the bytes that TensorBoard writes', () => {
    // test/oracles/tensorboard-check.py --record, by TensorBoard 2.21.
    const expected =
      '3800000000000000a3797d570900002040fc54d94110ac022a2a0a110a0a747261696e2f6c6f7373150000803e' +
      '0a150a0e747261696e2f6163637572616379150000803f907d516a';
    const values = { 'train/loss': 0.25, 'train/accuracy': 1 };
    expect(Buffer.from(scalarRecord({ step: 300, values }, 1_700_000_000.5)).toString('hex')).toBe(expected);
  });

  it('writes steps and tags of any length', () => {
    const tag = 'é'.repeat(100);
    const record = Buffer.from(scalarRecord({ step: 2 ** 40, values: { [tag]: 1 } }, 0));
    expect(Number(record.readBigUInt64LE(0))).toBe(record.length - 16);
    // 2^40 as a varint: five groups of seven zero bits, then 2^5.
    expect(record.includes(Buffer.from([0x10, 0x80, 0x80, 0x80, 0x80, 0x80, 0x20]))).toBe(true);
    // 200 bytes of tag: 200 = 1 × 128 + 72.
    expect(record.includes(Buffer.concat([Buffer.from([0x0a, 0xc8, 0x01]), Buffer.from(tag)]))).toBe(true);
  });
});

describe('versionRecord', () => {
  it('names the format of the file', () => {
    expect(Buffer.from(versionRecord(0)).includes('brain.Event:2')).toBe(true);
  });
});

describe('scalarsOf', () => {
  const step = { type: 'step', step: 3, epoch: 1, loss: 0.5, learningRate: 0.01, samplesPerSecond: 9 } as const;

  it('takes the figures of a step', () => {
    const values = { 'train/loss': 0.5, 'train/learning_rate': 0.01 };
    expect(scalarsOf(step)).toEqual({ step: 3, values });
    const terms = { pull: 1, push: 2 };
    expect(scalarsOf({ ...step, terms, accuracy: 0.75 })).toEqual({
      step: 3,
      values: { ...values, 'train/terms/pull': 1, 'train/terms/push': 2, 'train/accuracy': 0.75 },
    });
  });

  it('takes the figures of an epoch and its validation', () => {
    const epoch = { type: 'epoch', epoch: 1, step: 9, loss: 0.4, seconds: 2 } as const;
    expect(scalarsOf({ ...epoch, validation: null })).toEqual({ step: 9, values: { 'epoch/loss': 0.4 } });
    expect(scalarsOf({ ...epoch, accuracy: 1, validation: metrics })).toEqual({
      step: 9,
      values: {
        'epoch/loss': 0.4,
        'epoch/accuracy': 1,
        'validation/accuracy': 0.75,
        'validation/auc': 0.8,
        'validation/eer': 0.2,
        'validation/mean_same': 0.3,
        'validation/mean_different': 0.9,
      },
    });
  });

  it('takes the test at the end', () => {
    const summary = { steps: 20, test: metrics } as RunSummary;
    expect(scalarsOf({ type: 'finished', summary })).toMatchObject({ step: 20, values: { 'test/accuracy': 0.75 } });
  });

  it('leaves the rest out', () => {
    expect(scalarsOf({ type: 'warning', message: '' })).toBeNull();
    expect(scalarsOf({ type: 'finished', summary: { steps: 20, test: null } as RunSummary })).toBeNull();
  });
});
