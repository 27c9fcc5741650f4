import { expect, test } from 'vitest';
import { noiseOf } from '../../../core/random/stream.js';

test('Bytes are those of `head -c 20 /dev/zero | openssl enc -aes-128-ctr -K … -iv …` with the halves of the sha256', () => {
  // d=$(printf 7/3/noise/x | sha256sum); the first 32 digits are the key, the other 32 the counter.
  const bytes = noiseOf(7, 3)('x', 'bytes', 20);
  expect(Buffer.from(bytes).toString('hex')).toBe('ad7e1b0e9c7b2b223cf45e651bb04aa0b8fadb06');
});

test('Normal numbers have mean 0 and variance 1, and differ from name to name and from step to step', () => {
  const size = 100_000;
  const numbers = noiseOf(7, 3)('x', 'normal', size);
  const moment = (power: number) => Array.from(numbers).reduce((sum, x) => sum + x ** power, 0) / size;
  // Four standard errors: sqrt(1/n) of the mean, sqrt(2/n) of the variance, sqrt(96/n) of the fourth moment.
  expect(Math.abs(moment(1))).toBeLessThan(4 * Math.sqrt(1 / size));
  expect(Math.abs(moment(2) - 1)).toBeLessThan(4 * Math.sqrt(2 / size));
  expect(Math.abs(moment(4) - 3)).toBeLessThan(4 * Math.sqrt(96 / size));
  expect(noiseOf(7, 3)('y', 'normal', 4)).not.toEqual(numbers.slice(0, 4));
  expect(noiseOf(7, 4)('x', 'normal', 4)).not.toEqual(numbers.slice(0, 4));
  expect(noiseOf(7, 3)('x', 'normal', 4)).toEqual(numbers.slice(0, 4));
});
