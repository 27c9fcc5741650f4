import type { Value } from './graph.js';
import { splat } from './graph.js';
import type { Operators } from './operators.js';

/** Rows `[n, ...]` of a column `[N, ...]`, as float32 times `scale`. */
export function gatherRows(o: Operators, column: Value, rows: Value, scale: number): Value {
  const gathered = o.cast(o.gather(column, rows, 0), 'float32');
  return scale === 1 ? gathered : o.mul(gathered, splat(scale, 'float32'));
}
