import { Presets, SingleBar } from 'cli-progress';
import type { RunEvent } from '../training/events.js';
import { counted } from '../words/counted.js';
import { engineWords } from '../words/engine-words.js';
import { percent } from '../words/percent.js';
import { paint, type Terminal } from './terminal.js';

type Started = Extract<RunEvent, { type: 'started' }>;
type Step = Extract<RunEvent, { type: 'step' }>;

export interface ProgressReporter {
  show(event: RunEvent): void;
  /** Takes the bar down, however the run ended: while it stands, it hides the cursor and keeps the process alive. */
  end(): void;
}

/** Shows a run on stderr while it goes on: a bar on a terminal, a line an epoch elsewhere. */
export function progressReporter(terminal: Terminal): ProgressReporter {
  const { stderr } = terminal;
  const say = (text: string): void => void stderr.write(bar === null ? `${text}\n` : `\r\x1b[K${text}\n`);
  const caution = (text: string) => say(paint(terminal, 'warning', `warning: ${text}`));
  let bar: SingleBar | null = null;
  let run: Started | null = null;
  let shown: Figures | null = null;

  function show(event: RunEvent): void {
    switch (event.type) {
      case 'started':
        run = event;
        say(describe(event));
        if (stderr.isTTY) bar = startBar(event, stderr);
        return;
      case 'warning':
        // Reading the spec has told it already, with its place.
        if (event.problem !== undefined) return;
        return caution(event.message);
      case 'skipped':
        return caution(`step ${event.step} is left out: ${event.reason}`);
      case 'resumed':
        say(`goes on after step ${event.step.toLocaleString('en')}`);
        bar?.update(event.step);
        return;
      case 'step':
        shown = smoothed(shown, event);
        bar?.update(event.step, payload(event.epoch, shown));
        return;
      case 'epoch':
        if (bar === null) say(epochLine(event, run!));
        return;
    }
  }
  return { show, end: () => bar?.stop() };
}

function describe({ name, seed, engine, engineReason, parameters, examples, epochs, totalSteps }: Started): string {
  const splits = Object.entries(examples)
    .filter(([, count]) => count > 0)
    .map(([split, count]) => `${count.toLocaleString('en')} ${split}`);
  return [
    `${name}, seed ${seed}: ${splits.join(', ')} examples; ${parameters.toLocaleString('en')} weights; ${counted(epochs, 'epoch')}, ${counted(totalSteps, 'step')}`,
    `engine ${engineWords(engine)}: ${engineReason}`,
  ].join('\n');
}

function startBar({ totalSteps, epochs }: Started, stream: NodeJS.WritableStream): SingleBar {
  const bar = new SingleBar(
    {
      stream,
      hideCursor: true,
      etaBuffer: 200,
      format: `epoch {epoch}/${epochs} [{bar}] {value}/{total}  loss {loss}{accuracy}  {speed} samples/s  {eta_formatted} left`,
    },
    Presets.shades_classic,
  );
  bar.start(totalSteps, 0, { epoch: 1, loss: '–', accuracy: '', speed: '–' });
  return bar;
}

type Figures = Pick<Step, 'loss' | 'accuracy' | 'samplesPerSecond'>;

/** Single batches jump; the bar shows a running mean over some twenty of them. */
function smoothed(before: Figures | null, { loss, accuracy, samplesPerSecond }: Step): Figures {
  const mean = (old: number | undefined, now: number) => (old === undefined ? now : old + 0.05 * (now - old));
  return {
    loss: mean(before?.loss, loss),
    samplesPerSecond: mean(before?.samplesPerSecond, samplesPerSecond),
    ...(accuracy === undefined ? {} : { accuracy: mean(before?.accuracy, accuracy) }),
  };
}

function payload(epoch: number, { loss, accuracy, samplesPerSecond }: Figures): Record<string, string | number> {
  return {
    epoch,
    loss: loss.toFixed(4),
    accuracy: accuracy === undefined ? '' : `  accuracy ${percent(accuracy)}`,
    speed: Math.round(samplesPerSecond).toLocaleString('en'),
  };
}

function epochLine(event: Extract<RunEvent, { type: 'epoch' }>, { epochs }: Started): string {
  const figures = [
    `loss ${event.loss.toFixed(4)}`,
    ...(event.accuracy === undefined ? [] : [`accuracy ${percent(event.accuracy)}`]),
    ...(event.validation === null ? [] : [`validation accuracy ${percent(event.validation.accuracy)}`]),
    `${event.seconds.toFixed(1)} s`,
  ];
  return `epoch ${event.epoch}/${epochs}  ${figures.join('  ')}`;
}
