import { execFileSync } from 'node:child_process';
import { describe, expect, it } from 'vitest';
import { shellWord } from '../../../core/words/shell-word.js';

describe.skipIf(process.platform === 'win32')('a word for a shell', () => {
  const texts = [
    ...[
      'runs/mine',
      'a b',
      "it's",
      '"quoted"',
      '$HOME',
      '`id`',
      '$(id)',
      'a;b',
      'a&b',
      'a|b',
      'a>b',
      '*',
      '?',
      '[a]',
      '{a,b}',
    ],
    ...[
      '~',
      '~root',
      '!x',
      '#x',
      'a#b',
      '\\',
      'a\\b',
      'a\nb',
      'a\tb',
      '',
      ' ',
      '=x',
      'a=b',
      '(a)',
      '<a',
      'é',
      '数字',
      "'",
      "''",
    ],
  ];

  it.each(texts)('%j is read by a shell as it was', (text) => {
    expect(execFileSync('sh', ['-c', `printf %s ${shellWord(text)}`]).toString()).toBe(text);
  });

  it('is left alone where it may be, for people to read', () => {
    for (const text of ['runs/mnist-mlp-20260101-120000', './my_loss.ts', 'größe/x.yaml', 'a@b:c,d+e%f'])
      expect(shellWord(text)).toBe(text);
  });

  it('is no flag', () => {
    expect(shellWord('--out')).toBe('./--out');
    expect(shellWord('-a b')).toBe("'./-a b'");
  });
});
