import { Writable } from 'node:stream';
import { main } from '../../core/cli/main.js';

function collector() {
  const chunks: string[] = [];
  const stream = new Writable({
    write(chunk: Buffer, _encoding, done) {
      chunks.push(chunk.toString());
      done();
    },
  });
  return { stream, text: () => chunks.join('') };
}

export interface Outcome {
  readonly status: number;
  readonly stdout: string;
  readonly stderr: string;
}

/** Runs a command line in this process. */
export async function runCli(...args: string[]): Promise<Outcome> {
  const [stdout, stderr] = [collector(), collector()];
  const { signal } = new AbortController();
  const status = await main(args, { stdout: stdout.stream, stderr: stderr.stream, signal });
  return { status, stdout: stdout.text(), stderr: stderr.text() };
}
