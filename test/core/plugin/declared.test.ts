import { describe, expect, it } from 'vitest';
import type { TensorDeclaration } from 'twinspec/plugin';
import { expectDeclared } from '../../../core/plugin/declared.js';

const one = { kind: 'constant', value: 1 } as const;
const declare = (declared: unknown, names = ['a']) =>
  expectDeclared('weights', names, declared as Readonly<Record<string, TensorDeclaration>>);
const a = (shape: unknown, init: unknown = one) => ({ a: { shape, init } });

describe('what a plugin declares', () => {
  it.each([
    ['a scalar', a([])],
    ['a matrix', a([2, 3], { kind: 'orthogonal', gain: 2 })],
    ['given numbers', a([2, 1], { kind: 'given', data: [1, 2] })],
    ['given numbers of another type', a([2], { kind: 'given', data: Float64Array.of(1, 2) })],
    ['a truncated normal', a([4], { kind: 'truncated-normal', mean: 0, stddev: 1 })],
  ])('is handed on: %s', (_, declared) => expect(declare(declared)).toBe(declared));

  it.each([
    ['nothing', undefined, /no declaration of "a", which the descriptor states in weights/],
    ['another name', { ...a([]), b: { shape: [], init: one } }, /declares "b"; state its name.* weights: \['b'\]/],
    ['a null', { a: null }, /"a" is null; expected \{ shape, init \}/],
    ['no shape', { a: { init: one } }, /"a" has shape undefined; expected a list of whole numbers from 1/],
    ['a size of 0', a([0]), /"a" has shape \[0\]/],
    ['a fraction', a([1.5]), /"a" has shape \[1.5\]/],
    ['a size that nobody knows', a([null, 2]), /"a" has shape \[null,2\]/],
    [
      'no first values',
      { a: { shape: [] } },
      /"a" has first values of kind undefined; the kinds are constant, uniform, /,
    ],
    ['unknown first values', a([], { kind: 'zeros' }), /of kind "zeros"/],
    [
      'a gain left out',
      a([2], { kind: 'orthogonal' }),
      /orthogonal first values with gain: undefined; expected a number/,
    ],
    ['a mean that is NaN', a([2], { kind: 'normal', mean: NaN, stddev: 1 }), /mean: NaN/],
    [
      'too few numbers',
      a([2, 2], { kind: 'given', data: [1, 2] }),
      /of shape \[2, 2\] is given 2 first values; expected 4/,
    ],
    ['no numbers', a([2], { kind: 'given' }), /given 0 first values; expected 2/],
    ['numbers that are none', a([2], { kind: 'given', data: [1, NaN] }), /First value 1 of "a" is NaN/],
  ])('is refused: %s', (_, declared, message) => {
    expect(() => declare(declared)).toThrow(message);
    expect(() => declare(declared)).toThrow(expect.objectContaining({ code: 'PLUGIN_FAILED' }) as Error);
  });
});
