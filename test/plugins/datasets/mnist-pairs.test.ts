import { copyFile, mkdtemp, open, rm, symlink, truncate } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { dataOf, type Data } from '../../../core/data/data.js';
import type { Dataset, HeldColumn, Pairs } from '../../../core/plugin/index.js';
import { noSeed, randomService } from '../../../core/random/stream.js';
import mnistPairs from '../../../plugins/datasets/mnist-pairs.js';
import { mnistFolder, readMnist } from '../../../plugins/datasets/mnist-pairs/mnist.js';

const never = new AbortController().signal;
const create = (validationImages: number, seed = 7) =>
  mnistPairs.create({ validationImages }, randomService(seed, 'dataset'), randomService(noSeed, 'dataset')) as Dataset;
const load = async (validationImages: number, seed?: number) =>
  dataOf(await create(validationImages, seed).load(never));

const pairsOf = (examples: unknown) => examples as Pairs;
const rowsOf = (examples: unknown) => new Set([...pairsOf(examples).left, ...pairsOf(examples).right]);
const overlap = (a: Set<number>, b: Set<number>) => [...a].filter((row) => b.has(row)).length;

function expectHonestPairs({ labels }: Data, { left, right, same }: Pairs): void {
  expect([left.length, right.length]).toEqual([same.length, same.length]);
  expect(same.filter((value) => value === 1).length).toBe(same.length / 2);
  const wrong = same.findIndex((value, pair) => Number(labels![left[pair]] === labels![right[pair]]) !== value);
  expect(wrong).toBe(-1);
  expect(left.findIndex((row, pair) => row === right[pair])).toBe(-1);
}

describe('mnist-pairs', () => {
  let whole: Data;
  let held: Data;
  beforeAll(async () => {
    whole = await load(0);
    held = await load(5003);
  });

  it('holds all 70,000 images and labels', () => {
    const { samples, labels } = whole;
    const image = samples['image'] as HeldColumn;
    expect(image.shape).toEqual([28, 28, 1]);
    expect(image.scale).toBe(1 / 255);
    expect(image.data).toBeInstanceOf(Uint8Array);
    expect(image.data.length).toBe(70_000 * 784);
    // Digits of the training and of the test set as LeCun's page and the literature count them.
    const count = (from: number, to: number) => {
      const counts = new Array<number>(10).fill(0);
      for (const label of labels!.subarray(from, to)) counts[label]++;
      return counts;
    };
    expect(count(0, 60_000)).toEqual([5923, 6742, 5958, 6131, 5842, 5421, 5918, 6265, 5851, 5949]);
    expect(count(60_000, 70_000)).toEqual([980, 1135, 1032, 1010, 982, 892, 958, 1028, 974, 1009]);
    // The well-known mean of the training images, 0.1307.
    const training = image.data.subarray(0, 60_000 * 784) as Uint8Array;
    expect(training.reduce((sum, value) => sum + value, 0) / training.length / 255).toBeCloseTo(0.1307, 4);
  });

  it('makes 108,400 training and 17,820 test pairs, each of the kind it says', () => {
    expect(pairsOf(whole.train).same.length).toBe(108_400);
    expect(pairsOf(whole.test).same.length).toBe(17_820);
    expect(whole.validation).toBeNull();
    expectHonestPairs(whole, pairsOf(whole.train));
    expectHonestPairs(whole, pairsOf(whole.test));
  });

  it('pairs an image with the next of its class and with the same place of another class', () => {
    const { left, right } = pairsOf(whole.train);
    // The first two zeros among the training labels 5 0 4 1 9 2 1 3 1 4 3 5 3 6 1 7 2 8 6 9 4 0 … stand at 1 and 21.
    expect([left[0], right[0], left[1]]).toEqual([1, 21, 1]);
    // The first image of each digit, by the same list.
    expect([3, 5, 7, 2, 0, 13, 15, 17, 4]).toContain(right[1]);
  });

  it('takes every other class equally often', () => {
    const { left, right } = pairsOf(whole.train);
    const labels = whole.labels!;
    const steps = new Array<number>(10).fill(0);
    left.forEach((row, pair) => steps[(labels[right[pair]] - labels[row] + 10) % 10]++);
    expect(steps[0]).toBe(54_200);
    // Binomial with p = 1/9: 6022 expected, standard deviation 73.
    for (const count of steps.slice(1)) expect(Math.abs(count - 54_200 / 9)).toBeLessThan(5 * 73.2);
  });

  it('never shows an image in two splits', () => {
    for (const { train, validation, test } of [whole, held]) {
      const [trainRows, testRows] = [rowsOf(train), rowsOf(test)];
      expect(Math.max(...trainRows)).toBeLessThan(60_000);
      expect(Math.min(...testRows)).toBeGreaterThanOrEqual(60_000);
      if (validation === null) continue;
      expect(Math.max(...rowsOf(validation))).toBeLessThan(60_000);
      expect(overlap(trainRows, rowsOf(validation))).toBe(0);
    }
  });

  it('holds out equally many images of each digit', () => {
    const validation = pairsOf(held.validation);
    // 5003 images: 501 of each of three digits, 500 of the others, so 499 pairs of each kind for every digit.
    expect(validation.same.length).toBe(2 * 10 * 499);
    // The smallest class, digit 5, keeps 5421 − 500 images.
    expect(pairsOf(held.train).same.length).toBe(2 * 10 * 4920);
    expectHonestPairs(held, validation);
    expectHonestPairs(held, pairsOf(held.train));
    expect(held.test).toEqual(whole.test);
  });

  it('follows from the seed alone, and what is held out from nothing', async () => {
    const again = await load(5003);
    expect([again.train, again.validation, again.test]).toEqual([held.train, held.validation, held.test]);
    const other = await load(5003, 8);
    expect(pairsOf(other.train).right).not.toEqual(pairsOf(held.train).right);
    expect([other.validation, other.test]).toEqual([held.validation, held.test]);
  });

  it('makes pairs from 20 validation images on', async () => {
    const { validation } = await load(20);
    expect(pairsOf(validation).same.length).toBe(20);
    expect([0, 19, 20].map((validationImages) => mnistPairs.conflicts?.({ validationImages }))).toEqual([
      {},
      { validationImages: expect.stringContaining('at least 20') as string },
      {},
    ]);
  });

  it('stops when aborted, with the reason given', async () => {
    const reason = new Error('enough');
    await expect(create(0).load(AbortSignal.abort(reason))).rejects.toBe(reason);
    const controller = new AbortController();
    const loading = create(0).load(controller.signal);
    setTimeout(() => controller.abort(reason), 5);
    await expect(loading).rejects.toBe(reason);
  });
});

describe('readMnist', () => {
  const names = [
    'train-images-idx3-ubyte',
    'train-labels-idx1-ubyte',
    't10k-images-idx3-ubyte',
    't10k-labels-idx1-ubyte',
  ];
  let folder: string;
  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'twinspec-mnist-'));
    for (const name of names) await symlink(join(mnistFolder(), name), join(folder, name));
  });
  afterEach(() => rm(folder, { recursive: true }));

  async function ownCopy(name: string): Promise<string> {
    await rm(join(folder, name));
    await copyFile(join(mnistFolder(), name), join(folder, name));
    return join(folder, name);
  }
  async function flip(file: string, position: number): Promise<void> {
    const handle = await open(file, 'r+');
    const byte = Buffer.alloc(1);
    await handle.read(byte, 0, 1, position);
    byte[0] ^= 1;
    await handle.write(byte, 0, 1, position);
    await handle.close();
  }
  const refusal = (file: string, ...parts: string[]): unknown => ({
    code: 'DATA_FILE',
    message: expect.stringMatching(new RegExp([file, ...parts].join('.*'))) as unknown,
  });
  const read = () => readMnist(folder, never);

  it.each([
    ['train-images-idx3-ubyte', 47_040_015, 47_040_016],
    ['t10k-images-idx3-ubyte', 0, 7_840_016],
    ['train-labels-idx1-ubyte', 7, 60_008],
    ['t10k-labels-idx1-ubyte', 10_009, 10_008],
  ])('refuses %s of %i bytes', async (name, found, expected) => {
    await truncate(await ownCopy(name), found);
    await expect(read()).rejects.toMatchObject(
      refusal(name, `expected ${expected} bytes`, `found ${found} bytes`) as object,
    );
  });

  it.each(names)('finds one flipped bit of %s', async (name) => {
    await flip(await ownCopy(name), 9000);
    await expect(read()).rejects.toMatchObject(refusal(name, 'expected sha256', 'found sha256') as object);
  });

  it('refuses a header of another kind', async () => {
    await flip(await ownCopy('t10k-labels-idx1-ubyte'), 3);
    const parts = ['expected header 0000080100002710', 'found header 0000080000002710'];
    await expect(read()).rejects.toMatchObject(refusal('t10k-labels-idx1-ubyte', ...parts) as object);
  });

  it('says which file is missing', async () => {
    await rm(join(folder, 't10k-images-idx3-ubyte'));
    await expect(read()).rejects.toMatchObject(refusal('t10k-images-idx3-ubyte', 'is missing') as object);
  });

  it('refuses a folder in place of a file', async () => {
    await rm(join(folder, 'train-labels-idx1-ubyte'));
    await symlink(tmpdir(), join(folder, 'train-labels-idx1-ubyte'));
    await expect(read()).rejects.toMatchObject(refusal('train-labels-idx1-ubyte') as object);
  });
});
