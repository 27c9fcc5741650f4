#!/usr/bin/env node
import { Console } from 'node:console';
import { main, signalStatus } from './main.js';

// The first signal lets the command end well, the second ends it at once.
const stop = new AbortController();
for (const name of ['SIGINT', 'SIGTERM'] as const) {
  process.on(name, () => {
    if (stop.signal.aborted) process.exit(signalStatus[name]);
    stop.abort(name);
  });
}

const { stdout, stderr } = process;
// What a plugin prints must not stand among results or events.
Object.assign(console, new Console(stderr, stderr));
// Whoever read the output has left, as `head` does: the command ends as by a signal, also where it was done.
for (const stream of [stdout, stderr])
  stream.on('error', ({ code }: NodeJS.ErrnoException) => stop.abort(code === 'EPIPE' ? 'SIGPIPE' : code));
process.on('exit', () => {
  if (stop.signal.reason === 'SIGPIPE') process.exitCode = signalStatus['SIGPIPE'];
});
process.exitCode = await main(process.argv.slice(2), { stdout, stderr, signal: stop.signal });
