/** A line of values as text, `height` rows tall; the marks on the left are its highest and lowest value. */
export function plot(values: readonly number[], height: number): string {
  const [low, high] = [Math.min(...values), Math.max(...values)];
  const labels = [short(high), short(low)];
  const width = Math.max(...labels.map(({ length }) => length));
  const level = (value: number) => (high === low ? 0 : Math.round(((value - low) / (high - low)) * (height - 1)));
  const levels = values.map(level);
  const rows = high === low ? 1 : height;
  return Array.from({ length: rows }, (_, row) => {
    const at = rows - 1 - row;
    const label = row === 0 ? labels[0] : row === rows - 1 ? labels[1] : '';
    const line = levels.map((here, column) => mark(here, levels[column - 1] ?? here, at)).join('');
    return `${label.padStart(width)} ┤${line.trimEnd()}`;
  }).join('\n');
}

/** A dash at the value, a stroke where the line falls or rises through this row. */
function mark(here: number, before: number, at: number): string {
  if (at === here) return '─';
  return at > Math.min(here, before) && at < Math.max(here, before) ? '│' : ' ';
}

function short(value: number): string {
  return String(Number(value.toPrecision(3)));
}
