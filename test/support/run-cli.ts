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

/** Runs a command line in this process. */
export async function runCli(...args: string[]): Promise<{ status: number; stdout: string; stderr: string }> {
  const [stdout, stderr] = [collector(), collector()];
  const { signal } = new AbortController();
  const status = await main(args, { stdout: stdout.stream, stderr: stderr.stream, signal });
  return { status, stdout: stdout.text(), stderr: stderr.text() };
}
