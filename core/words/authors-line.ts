import { fileURLToPath } from 'node:url';

/** Where the code of Twinspec itself lies: none of its lines is an author's. */
const own = fileURLToPath(new URL('..', import.meta.url));

/** Where in an author's own code an error was thrown, as FILE:LINE; undefined where its stack names no such line. */
export function authorsLine(error: unknown): string | undefined {
  const stack = error instanceof Error ? (error.stack ?? '') : '';
  const lines = stack.split('\n').filter((line) => /:\d+:\d+\)?$/.test(line));
  const foreign = lines.find((line) => !/node_modules|node:/.test(line) && !line.includes(own));
  const place = foreign?.match(/(?:\(|at (?:async )?)([^()]+:\d+):\d+\)?$/)?.[1];
  return place?.replace('file://', '');
}
