import { Writable } from 'node:stream';
import { describe, expect, it } from 'vitest';
import type { RunEvent } from 'twinspec';
import { barLine, type BarFigures } from '../../../core/cli/progress-bar.js';
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
  epochs: 12,
  stepsPerEpoch: 9,
  totalSteps: 108,
} satisfies RunEvent;

/** What a terminal of so many columns, or a file, gets. */
function shownOn(columns: number | null, ...events: readonly RunEvent[]): string {
  let shown = '';
  const stderr = new Writable({
    write(chunk: Buffer, _encoding, done) {
      shown += chunk.toString();
      done();
    },
  });
  if (columns !== null) Object.assign(stderr, { isTTY: true, columns });
  const progress = progressReporter({ stdout: stderr, stderr, signal: new AbortController().signal });
  for (const event of events) progress.show(event);
  progress.end();
  return shown;
}

/** What stays of it on the screen: a line that is begun again is written over. */
function remains(shown: string): string[] {
  const lines = shown.replace(/\x1b\[\?25[lh]/g, '').split('\n');
  return lines.map((line) => line.split('\r\x1b[K').at(-1)!).filter((line) => line !== '');
}

const step = (number: number): RunEvent => ({
  type: 'step',
  step: number,
  epoch: 1,
  loss: 0.25,
  accuracy: 0.9,
  learningRate: 0.1,
  samplesPerSecond: 1e5,
});

const validation = { pairs: 4, threshold: 0.5, accuracy: 0.75, auc: 0.8, eer: 0.2, meanSame: 0.1, meanDifferent: 1 };

function epoch(more: Partial<Extract<RunEvent, { type: 'epoch' }>>): RunEvent {
  return { type: 'epoch', epoch: 2, step: 18, loss: 0.5, seconds: 1.26, validation: null, followed: null, ...more };
}

describe('the cursor of a terminal', () => {
  it('is hidden while a run goes on, and shown again when it ends early', () => {
    const shown = shownOn(80, started, step(1));
    expect(shown).toMatch(/^[^]*\x1b\[\?25l[^]*\x1b\[\?25h$/);
  });

  it('is not touched in a file', () => {
    expect(shownOn(null, started, step(1), epoch({}))).not.toContain('\x1b');
  });
});

describe.each([80, 60, null])('with %s columns', (columns) => {
  const header = remains(shownOn(columns, started));

  it('a line an epoch stays, with loss, the followed figure and its best', () => {
    const best = { value: 0.9, step: 9, epoch: 1 };
    const events = [
      epoch({ validation, followed: { metric: 'accuracy', value: 0.75, best } }),
      step(19),
      epoch({ epoch: 3, validation, followed: { metric: 'auc', value: 0.8, best: { ...best, value: 0.8 } } }),
      step(28),
      epoch({ epoch: 4, followed: { metric: 'loss', value: 0.5, best: { ...best, value: 0.4 } } }),
      epoch({ epoch: 5, accuracy: 0.7 }),
      epoch({ epoch: 6 }),
    ];
    const time = (line: string) => (columns === null || line.length + 8 < columns ? `${line}  1.3 s` : line);
    expect(remains(shownOn(columns, started, step(1), ...events))).toEqual([
      ...header,
      time('epoch  2/12  loss 0.5000  validation accuracy 75.00 % (best 90.00 %, epoch 1)'),
      time('epoch  3/12  loss 0.5000  validation AUC 0.8000 (best)'),
      time('epoch  4/12  loss 0.5000 (best 0.4000, epoch 1)'),
      time('epoch  5/12  loss 0.5000  accuracy 70.00 %'),
      time('epoch  6/12  loss 0.5000'),
    ]);
  });

  it('judgements inside an epoch, its early end and what was brought back stay', () => {
    const best = { value: 0.8, step: 900, epoch: 1 };
    const events: RunEvent[] = [
      { type: 'validation', step: 1200, epoch: 1, validation, followed: { metric: 'eer', value: 0.2, best } },
      { type: 'stopped', step: 1200, epoch: 1, by: 'maxTime', reason: 'it is late' },
      { type: 'restored', step: 900, metric: 'eer', value: 0.8 },
    ];
    expect(remains(shownOn(columns, started, ...events))).toEqual([
      ...header,
      'step 1,200  validation EER 20.00 % (best 80.00 %, epoch 1)',
      'ends at step 1,200: it is late',
      'the weights of step 900 are back: validation EER 80.00 %',
    ]);
  });
});

describe('the bar', () => {
  const figures: BarFigures = {
    ...{ epoch: 10, epochs: 100, step: 250, totalSteps: 1000, secondsLeft: 3725 },
    ...{ loss: '0.1234', accuracy: '97.12 %', samplesPerSecond: '123,456' },
  };

  it.each([
    [120, 'epoch 10/100  BAR     25 %  loss 0.1234  accuracy 97.12 %  123,456 samples/s  1:02:05 left'],
    [80, 'epoch 10/100  BAR     25 %  loss 0.1234  accuracy 97.12 %  1:02:05 left'],
    [60, 'epoch 10/100  BAR     25 %  loss 0.1234  1:02:05 left'],
    [42, 'epoch 10/100  BAR     25 %  1:02:05 left'],
    [30, 'epoch 10/100  1:02:05 left'],
    [20, 'epoch 10/100  1:02:0'],
  ])('fills %i columns, and the time left comes before what else fits', (columns, parts) => {
    const line = barLine(figures, columns);
    expect(line.replace(/[█░]+ */, 'BAR     ')).toBe(parts);
    const [bar = ''] = /[█░]+/.exec(line) ?? [];
    expect(bar.replaceAll('░', '').length).toBe(Math.round(bar.length / 4));
    if (bar !== '' && bar.length < 30) expect(line.length).toBe(columns);
  });

  it('fits 60 columns with every part that has a place there, however long the run', () => {
    for (const epochs of [1, 20, 1000])
      for (const secondsLeft of [null, 0, 59, 600, 86_000]) {
        const line = barLine({ ...figures, epochs, epoch: epochs, secondsLeft }, 59);
        expect(line.length).toBeLessThanOrEqual(59);
        expect(line).toContain('loss 0.1234');
        if (secondsLeft !== null) expect(line).toMatch(/[\d:s ]+ left$/);
      }
  });

  it('is full at the end and empty at the start', () => {
    expect(barLine({ ...figures, step: 1000 }, 80)).not.toContain('░');
    expect(barLine({ ...figures, step: 0 }, 80)).not.toContain('█');
  });

  it('tells the time left by the pace of this process alone, after it went on as well', async () => {
    const resumed: RunEvent = { type: 'resumed', step: 100, folder: '/x' };
    const wait = () => new Promise((resolve) => setTimeout(resolve, 200));
    const shown: string[] = [];
    const stderr = new Writable({ write: (chunk: Buffer, _encoding, done) => (shown.push(chunk.toString()), done()) });
    Object.assign(stderr, { isTTY: true, columns: 80 });
    const progress = progressReporter({ stdout: stderr, stderr, signal: new AbortController().signal });
    for (const event of [started, resumed, step(101)]) progress.show(event);
    await wait();
    progress.show(step(102));
    // 0.2 s a step, and 6 of 108 are left.
    expect(shown.at(-1)).toContain('1 s left');
    progress.end();
  });
});
