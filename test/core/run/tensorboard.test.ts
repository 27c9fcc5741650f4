import { describe, expect, it } from 'vitest';
import { eventRecord, scalarRecord, scalarsOf, textRecord, versionRecord } from '../../../core/run/tensorboard.js';
import type { RunSummary } from '../../../core/training/events.js';

const metrics = { pairs: 4, threshold: 0.5, accuracy: 0.75, auc: 0.8, eer: 0.2, meanSame: 0.3, meanDifferent: 0.9 };

describe('scalarRecord', () => {
  it('writes the bytes that TensorBoard writes', () => {
    // test/oracles/tensorboard-check.py --records, by TensorBoard 2.21.
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

describe('eventRecord', () => {
  it('writes the bytes that TensorBoard writes for a histogram', () => {
    // test/oracles/tensorboard-check.py --records, by TensorBoard 2.21.
    const expected =
      '8800000000000000fcdeece20900002040fc54d94110ac022a7a0a780a13776569676874732f626173652f302f626961732a' +
      '6109000000000000e03f110000000000000840190000000000001040210000000000001a40290000000000002b4032180000' +
      '00000000f03f000000000000004000000000000008403a18000000000000f03f00000000000000000000000000000840aa1e' +
      'c594';
    const histogram = { edges: [0, 1, 2, 3], counts: [1, 0, 3], min: 0.5, max: 3, sum: 6.5, sumOfSquares: 13.5 };
    const event = { type: 'histograms', step: 300, histograms: { 'weights/base/0/bias': histogram } } as const;
    expect(Buffer.from(eventRecord(event, 1_700_000_000.5)!).toString('hex')).toBe(expected);
  });

  it('writes scalars, and nothing of an event without figures', () => {
    const step = { type: 'step', step: 3, epoch: 1, loss: 0.5, learningRate: 0.01, samplesPerSecond: 9 } as const;
    expect(eventRecord(step, 5)).toEqual(scalarRecord(scalarsOf(step)!, 5));
    expect(eventRecord({ type: 'warning', message: '' }, 5)).toBeNull();
  });
});

describe('textRecord', () => {
  it('writes the bytes that TensorBoard writes, the text as a block of code', () => {
    // test/oracles/tensorboard-check.py --records, by TensorBoard 2.21.
    const expected =
      '420000000000000079f36eaa0900002040fc54d9412a370a350a0473706563422108071200421b2020202076657273696f6e' +
      '3a20310a20202020736565643a20370a4a0a0a060a047465787420022d8d023d';
    const record = textRecord('spec', 'version: 1\nseed: 7\n', 1_700_000_000.5);
    expect(Buffer.from(record).toString('hex')).toBe(expected);
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
    const epoch = { type: 'epoch', epoch: 1, step: 9, loss: 0.4, seconds: 2, followed: null } as const;
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
