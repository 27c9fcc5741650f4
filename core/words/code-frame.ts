const widest = 100;

/** A line with the two before it and the one after, and a mark under the column. Both are 1-based. */
export function codeFrame(lines: readonly string[], line: number, column: number): string {
  const first = Math.max(1, line - 2);
  const last = Math.min(lines.length, line + 1);
  const gutter = String(last).length;
  const skipped = Math.max(0, column - Math.floor(widest * 0.7));
  const rows: string[] = [];
  for (let number = first; number <= last; number += 1) {
    const shown = visible(lines[number - 1].slice(skipped, skipped + widest)).trimEnd();
    if (number === last && number !== line && shown === '') break;
    rows.push(`${number === line ? '>' : ' '} ${String(number).padStart(gutter)} | ${shown}`.trimEnd());
    if (number === line) rows.push(`  ${' '.repeat(gutter)} | ${' '.repeat(Math.max(0, column - 1 - skipped))}^`);
  }
  return rows.join('\n');
}

/** One column for every character, and none that moves a terminal's cursor. */
function visible(text: string): string {
  return text.replaceAll('\t', ' ').replaceAll(/[\p{C}\p{Zl}\p{Zp}]/gu, '·');
}
