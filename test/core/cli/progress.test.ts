import { Writable } from 'node:stream';
import { expect, it } from 'vitest';
import type { RunEvent } from 'twinspec';
import { progressReporter } from '../../../core/cli/progress.js';

const started = {
  type: 'started',
  version: 1,
  name: 'x',
  seed: 0,
  engine: { engine: 'cpu', device: 'cpu', threads: 1, runtime: 'test' },
  engineReason: 'test',
  parameters: 1,
  examples: { train: 1, validation: 0, test: 0 },
  epochs: 1,
  stepsPerEpoch: 9,
  totalSteps: 9,
} satisfies RunEvent;

it('shows the cursor again when a run on a terminal ends early', () => {
  let shown = '';
  const stderr = new Writable({
    write(chunk: Buffer, _encoding, done) {
      shown += chunk.toString();
      done();
    },
  });
  Object.assign(stderr, {
    isTTY: true,
    columns: 80,
    cursorTo: () => true,
    clearLine: () => true,
    moveCursor: () => true,
  });
  const { signal } = new AbortController();
  const progress = progressReporter({ stdout: stderr, stderr, signal });
  progress.show(started);
  expect(shown).toContain('\x1b[?25l');
  expect(shown).not.toContain('\x1b[?25h');
  progress.end();
  expect(shown).toContain('\x1b[?25h');
});
