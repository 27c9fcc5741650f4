/** Where in the author's own code a trace stands, as ` (at file:line:column)`; empty if no such line is on the stack. */
export function place(): string {
  const before = Error.stackTraceLimit;
  Error.stackTraceLimit = 200;
  const lines = new Error().stack?.split('\n').slice(1) ?? [];
  Error.stackTraceLimit = before;
  const own = lines.find((line) => !ignored.test(line));
  const position = own?.match(/\(?((?:file:\/\/)?[^\s()]+:\d+:\d+)\)?$/)?.[1];
  return position ? ` (at ${position.replace('file://', '')})` : '';
}

/** Frames of tfjs, of Node and of the compiler itself. */
const ignored = /@tensorflow|node:|<anonymous>|engines\/onnx\/(?!.*\.test\.)/;
