import { sep } from 'node:path';

/** A text as one word of a shell's command line: as it is where that is safe, else in quotes. */
export function shellWord(text: string): string {
  const windows = sep === '\\';
  const word = text.startsWith('-') ? `./${text}` : text;
  if ((windows ? /^[\p{L}\p{N}_@+:,.\\/-]+$/u : /^[\p{L}\p{N}_@%+:,./-]+$/u).test(word)) return word;
  return windows ? `"${word}"` : `'${word.replaceAll("'", "'\\''")}'`;
}
