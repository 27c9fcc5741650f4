import * as tf from '@tensorflow/tfjs';
import { beforeEach, describe, expect, it, vi } from 'vitest';
import onnx from '../../../../plugins/engines/onnx/index.js';

async function warningsOf(): Promise<string[]> {
  const warnings: string[] = [];
  const engine = await onnx.create({ threads: 1, device: 'cpu' }, tf, {
    warn: (message: string) => void warnings.push(message),
  });
  expect(engine.report.runtime).toMatch(warnings.length === 0 ? /^onnxruntime-node / : /^onnxruntime-web /);
  return warnings;
}

beforeEach(() => {
  vi.resetModules();
  vi.doUnmock('onnxruntime-node');
});

describe('the native runtime', () => {
  it('is missed in words, with what mends it', async () => {
    vi.doMock('onnxruntime-node', () => {
      throw new Error('Cannot find package');
    });
    const [warning, ...more] = await warningsOf();
    expect(warning).toContain('some ten times slower');
    expect(warning).toContain('npm install onnxruntime-node --ignore-scripts');
    expect(more).toEqual([]);
  });

  it('is silent where it is there', async () => {
    expect(await warningsOf()).toEqual([]);
  });
});
