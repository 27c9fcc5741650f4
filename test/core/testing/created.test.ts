import { setTimeout } from 'node:timers/promises';
import * as tf from '@tensorflow/tfjs';
import { defineBase, defineLoss, defineReducer, type Loss, type OptionSchemas } from 'twinspec/plugin';
import { checkPlugin } from 'twinspec/testing';
import { describe, expect, test } from 'vitest';
import contrastive from '../../../plugins/losses/contrastive.js';
import mlp from '../../../plugins/bases/mlp.js';
import { create } from '../../support/graph.js';

const summary = 'For tests.';
const failed = async (...given: Parameters<typeof checkPlugin>) =>
  (await checkPlugin(...given)).checks.filter(({ ok }) => !ok).map(({ name, detail }) => `${name}: ${detail}`);

describe('a plugin whose create gives a promise', () => {
  test('is tried once it is there', async () => {
    const late = defineBase({
      name: 'acme/late',
      summary,
      create: async () => {
        await setTimeout(1);
        return create(mlp, { units: [3], dropout: 0 });
      },
    });
    const report = await checkPlugin(late);
    expect(report.checks.filter(({ ok }) => !ok)).toEqual([]);
    expect(report.checks.length).toBeGreaterThan(5);
  });

  test('is named where it fails, then or later', async () => {
    const failing = (name: string, make: () => Promise<never>) => defineReducer({ name, summary, create: make });
    expect(await failed(failing('a', () => Promise.reject(new Error('no such file'))))).toEqual([
      expect.stringMatching(/^create: It threw "no such file\."/),
    ]);
    const wrong = defineReducer({
      name: 'acme/wrong',
      summary,
      create: () => Promise.resolve({ reduce: (values) => tf.neg(tf.mean(values)) }),
    });
    expect(await failed(wrong)).not.toEqual([]);
  });
});

describe('a plugin around another', () => {
  const options = {
    inner: { type: 'plugin', kind: 'loss', default: 'contrastive', description: 'For tests.' },
  } as const;
  const around = (change: (loss: Loss) => Loss) =>
    defineLoss({
      name: 'acme/around',
      summary,
      consumes: 'pairs',
      options: options satisfies OptionSchemas,
      create: ({ inner }) => change(inner),
    });
  const inner = create(contrastive, { margin: 1.5 });

  test('is tried around an instance', async () => {
    expect(
      await failed(
        around((loss) => loss),
        { with: { inner } },
      ),
    ).toEqual([]);
    const inverted = around((loss) => ({ values: (inputs) => tf.neg(loss.values(inputs) as never) }));
    expect(await failed(inverted, { with: { inner } })).not.toEqual([]);
  });

  test('asks for one', async () => {
    expect(await failed(around((loss) => loss))).toEqual([
      'create: Its option "inner" is a plugin. Give the test an instance of one: `with` in code.',
    ]);
  });
});
