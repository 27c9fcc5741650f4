import { describe, expect, test } from 'vitest';
import { codeFrame } from '../../../core/words/code-frame.js';
import { quote, received } from '../../../core/words/received.js';

describe('what was received', () => {
  test.each([
    [null, 'nothing'],
    [undefined, 'nothing'],
    [true, 'true'],
    [0.5, '0.5'],
    [NaN, '.nan'],
    [-Infinity, '-.inf'],
    ['a "b"', '"a \\"b\\""'],
    [[], 'an empty list'],
    [[1, 'a', [2], { b: 3 }], 'a list, [1, "a", […], {…}]'],
    [[1, 2, 3, 4, 5, 6], 'a list, [1, 2, 3, 4, 5, … (6 in all)]'],
    [{}, 'an empty mapping'],
    [{ a: 1, b: 2 }, 'a mapping with "a", "b"'],
  ])('%j', (value, words) => {
    expect(received(value)).toBe(words);
  });

  test('a long text is cut', () => {
    expect(quote('x'.repeat(61))).toBe(`"${'x'.repeat(60)}…"`);
  });

  test('what would move a cursor or turn the writing direction is escaped', () => {
    expect(quote('\u001b[31m')).toBe('"\\u001b[31m"');
    expect(quote('\u009b31m\u202e\u2028')).toBe('"\\u{9b}31m\\u{202e}\\u{2028}"');
  });
});

describe('a code frame', () => {
  test('marks the column, with two lines before and one after', () => {
    expect(codeFrame(['a: 1', 'b: 2', 'c: 3', 'd: 4', 'e: 5'], 3, 4)).toBe(
      ['  1 | a: 1', '  2 | b: 2', '> 3 | c: 3', '    |    ^', '  4 | d: 4'].join('\n'),
    );
  });

  test('aligns line numbers', () => {
    expect(codeFrame(Array<string>(10).fill('x'), 10, 1)).toBe(
      ['   8 | x', '   9 | x', '> 10 | x', '     | ^'].join('\n'),
    );
  });

  test('shows a window of a long line', () => {
    const [shown, mark] = codeFrame([`${'a'.repeat(500)}!${'b'.repeat(500)}`], 1, 501).split('\n');
    expect(shown.length).toBeLessThan(120);
    expect(shown[mark.indexOf('^')]).toBe('!');
  });

  test('has one column for a tab and shows nothing that moves a cursor', () => {
    expect(codeFrame(['\ta\u001b[2J\u202eb'], 1, 2)).toBe('> 1 |  a·[2J·b\n    |  ^');
  });
});
