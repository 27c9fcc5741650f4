import * as tf from '@tensorflow/tfjs';
import {
  mask,
  maskedLogSumExp,
  maskedMax,
  maskedMin,
  onBackend,
  safeNorm,
  safeSqrt,
  stopGradient,
  type Tensor,
} from 'twinspec/plugin';
import { describe, expect, test } from 'vitest';

type Rows = number[] | number[][];

/** Values of f at x, and the gradient of their sum. */
function at(x: Rows, f: (x: Tensor) => Tensor): { values: unknown; gradient: unknown } {
  return onBackend(tf, 'cpu', () => {
    const { value, grad } = tf.valueAndGrad((input: Tensor) => tf.sum(f(input)))(tf.tensor(x));
    expect(Number.isFinite(value.dataSync()[0])).toBe(true);
    return { values: f(tf.tensor(x)).arraySync(), gradient: grad.arraySync() };
  });
}

function closeTo(actual: unknown, expected: unknown): void {
  const [a, e] = [actual, expected].map((values) => [values].flat(3) as number[]);
  expect(a).toHaveLength(e.length);
  for (const [index, value] of e.entries()) expect(a[index]).toBeCloseTo(value, 5);
}

/** (Σ f(x + h) − Σ f(x − h)) / 2h for each element of a row. */
function differences(x: number[], f: (x: Tensor) => Tensor, h = 3e-3): number[] {
  const sum = (values: number[]) => onBackend(tf, 'cpu', () => tf.sum(f(tf.tensor(values))).dataSync()[0]);
  return x.map((_, index) => {
    const moved = (by: number) => x.map((value, at) => (at === index ? value + by : value));
    return (sum(moved(h)) - sum(moved(-h))) / (2 * h);
  });
}

describe('safeSqrt', () => {
  test('is the root, with gradient 1 / 2√x, and 0 with gradient 0 where x ≤ 0', () => {
    const { values, gradient } = at([4, 0.25, 0, -4], (x) => safeSqrt(tf, x));
    expect(values).toEqual([2, 0.5, 0, 0]);
    expect(gradient).toEqual([0.25, 1, 0, 0]);
  });

  test('is exact for tiny and huge numbers', () => {
    const { values, gradient } = at([2 ** -100, 2 ** 100], (x) => safeSqrt(tf, x));
    expect(values).toEqual([2 ** -50, 2 ** 50]);
    expect(gradient).toEqual([2 ** 49, 2 ** -51]);
  });
});

describe('safeNorm', () => {
  test('of 3 and 4 is 5, its gradient the unit vector; at zero both are 0', () => {
    const { values, gradient } = at(
      [
        [3, 4],
        [0, 0],
      ],
      (x) => safeNorm(tf, x),
    );
    expect(values).toEqual([5, 0]);
    closeTo(gradient, [0.6, 0.8, 0, 0]);
  });

  test('takes another axis', () => {
    const { values } = at(
      [
        [3, 0],
        [4, 2],
      ],
      (x) => safeNorm(tf, x, 0),
    );
    expect(values).toEqual([5, 2]);
  });
});

describe('stopGradient', () => {
  test('holds its value constant: x · stop(x²) has gradient x²', () => {
    const { values, gradient } = at([3, -2], (x) =>
      tf.mul(
        x,
        stopGradient(tf, () => tf.square(x)),
      ),
    );
    expect(values).toEqual([27, -8]);
    expect(gradient).toEqual([9, 4]);
  });

  test('hands out a tensor of its own', () => {
    expect(
      at([3], (x) =>
        tf.mul(
          x,
          stopGradient(tf, () => x),
        ),
      ).gradient,
    ).toEqual([3]);
  });

  test('leaves no tensor behind', () => {
    const before = tf.memory().numTensors;
    at([1, 2], (x) =>
      tf.add(
        x,
        stopGradient(tf, () => tf.exp(x)),
      ),
    );
    expect(tf.memory().numTensors).toBe(before);
  });
});

describe('mask', () => {
  test('selects without a gradient, which greater alone does not have', () => {
    const { values, gradient } = at([1, 3], (x) =>
      tf.mul(
        x,
        mask(tf, () => tf.greater(x, 2)),
      ),
    );
    expect(values).toEqual([0, 3]);
    expect(gradient).toEqual([0, 1]);
    const bare = () => at([1, 3], (x) => tf.mul(x, tf.cast(tf.greater(x, 2), 'float32')));
    expect(bare).toThrow('gradient function not found for Greater');
  });
});

describe('maskedLogSumExp', () => {
  const weights = (...rows: number[][]) => tf.tensor(rows);

  test('is log(e^a + e^b) of the selected, its gradient their softmax', () => {
    const { values, gradient } = at([[0, Math.log(3), 50]], (x) => maskedLogSumExp(tf, x, weights([1, 1, 0])));
    closeTo(values, [Math.log(4)]);
    closeTo(gradient, [0.25, 0.75, 0]);
  });

  test('weighs: log(2·e^0 + 6·e^0) = log 8', () => {
    const { values, gradient } = at([[0, 0]], (x) => maskedLogSumExp(tf, x, weights([2, 6])));
    closeTo(values, [Math.log(8)]);
    closeTo(gradient, [0.25, 0.75]);
  });

  test('of huge numbers does not overflow: log(e^1000 + e^1000) = 1000 + log 2', () => {
    const { values, gradient } = at([[1000, 1000]], (x) => maskedLogSumExp(tf, x, weights([1, 1])));
    closeTo((values as number[])[0] / 1000, 1 + Math.log(2) / 1000);
    closeTo(gradient, [0.5, 0.5]);
  });

  test('of nothing is −1e9 with gradient 0, and softplus of that is 0', () => {
    const { values, gradient } = at([[1, 2]], (x) => tf.softplus(maskedLogSumExp(tf, x, weights([0, 0]))));
    expect(values).toEqual([0]);
    expect(gradient).toEqual([[0, 0]]);
  });

  test('agrees with central differences', () => {
    const row = [0.3, -1.2, 2.1, 0.7];
    const f = (x: Tensor) => maskedLogSumExp(tf, x, tf.tensor1d([1, 0, 0.5, 2]));
    const { gradient } = at(row, f);
    for (const [index, slope] of differences(row, f).entries())
      expect((gradient as number[])[index]).toBeCloseTo(slope, 3);
  });
});

describe('maskedMax and maskedMin', () => {
  test('share the gradient among equal elements', () => {
    const { values, gradient } = at([[2, 5, 5, 9]], (x) => maskedMax(tf, x, tf.tensor([[1, 1, 1, 0]])));
    expect(values).toEqual([5]);
    expect(gradient).toEqual([[0, 0.5, 0.5, 0]]);
    const least = at([[2, 5, 2, 1]], (x) => maskedMin(tf, x, tf.tensor([[1, 1, 1, 0]])));
    expect(least.values).toEqual([2]);
    expect(least.gradient).toEqual([[0.5, 0, 0.5, 0]]);
  });

  test('of nothing are 0 with gradient 0', () => {
    for (const extreme of [maskedMax, maskedMin]) {
      const { values, gradient } = at([[2, 5]], (x) => extreme(tf, x, tf.zeros([1, 2])));
      expect(values).toEqual([0]);
      expect(gradient).toEqual([[0, 0]]);
    }
  });
});
