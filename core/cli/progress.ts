import { metricTitle, showMetric } from '../metrics/metrics.js';
import type { Followed } from '../training/early-stopping.js';
import type { RunEvent } from '../training/events.js';
import { counted } from '../words/counted.js';
import { engineWords } from '../words/engine-words.js';
import { percent } from '../words/percent.js';
import { barLine, statusLine, type BarFigures, type StatusLine } from './progress-bar.js';
import { paint, type Terminal } from './terminal.js';

type EventOf<T extends RunEvent['type']> = Extract<RunEvent, { type: T }>;
type Started = EventOf<'started'>;
type Step = EventOf<'step'>;

export interface ProgressReporter {
  show(event: RunEvent): void;
  /** Takes the bar down, however the run ended: while it stands, it hides the cursor. */
  end(): void;
}

/** Shows a run on stderr while it goes on: a line an epoch, and on a terminal a bar below. */
export function progressReporter(terminal: Terminal): ProgressReporter {
  const { stderr } = terminal;
  const say = (text: string): void => (bar === null ? void stderr.write(`${text}\n`) : bar.say(text));
  const caution = (text: string) => say(paint(terminal, 'warning', `warning: ${text}`));
  let bar: StatusLine | null = null;
  let run: Started | null = null;
  let shown: Figures | null = null;
  const pace = newPace();

  function show(event: RunEvent): void {
    switch (event.type) {
      case 'started':
        run = event;
        say(describe(event));
        if (stderr.isTTY) bar = statusLine(stderr);
        return;
      case 'warning':
        // Reading the spec has told it already, with its place.
        if (event.problem !== undefined) return;
        return caution(event.message);
      case 'skipped':
        return caution(`step ${event.step} is left out: ${event.reason}`);
      case 'resumed':
        return say(`goes on after step ${event.step.toLocaleString('en')}`);
      case 'step':
        shown = smoothed(shown, event);
        draw(event);
        return;
      case 'validation':
        return say(`step ${event.step.toLocaleString('en')}  ${followedWords(event.followed).join('  ')}`);
      case 'epoch':
        return say(epochLine(event, run!, stderr.columns ?? Infinity));
      case 'stopped':
        return say(`ends at step ${event.step.toLocaleString('en')}: ${event.reason}`);
      case 'restored':
        return say(
          `the weights of step ${event.step.toLocaleString('en')} are back: ${metricTitle(event.metric)} ${showMetric(event.metric, event.value)}`,
        );
    }
  }

  function draw({ step, epoch }: Step): void {
    const { epochs, totalSteps } = run!;
    const figures = { epoch, epochs, step, totalSteps, secondsLeft: pace(step, totalSteps), ...inWords(shown!) };
    bar?.update((columns) => barLine(figures, columns));
  }
  return { show, end: () => bar?.end() };
}

function describe({ name, seed, engine, engineReason, parameters, examples, epochs, totalSteps }: Started): string {
  const splits = Object.entries(examples)
    .filter(([, count]) => count > 0)
    .map(([split, count]) => `${count.toLocaleString('en')} ${split}`);
  return [
    `${name}, seed ${seed}: ${parameters.toLocaleString('en')} weights; ${counted(epochs, 'epoch')}, ${counted(totalSteps, 'step')}`,
    `${splits.join(', ')} examples`,
    `engine ${engineWords(engine)}: ${engineReason}`,
  ].join('\n');
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

/** Seconds left at the pace since the first step that this process has seen. */
function newPace(): (step: number, total: number) => number | null {
  let first: { readonly step: number; readonly time: number } | null = null;
  return (step, total) => {
    first ??= { step, time: performance.now() };
    if (step === first.step) return null;
    return (((performance.now() - first.time) / 1000) * (total - step)) / (step - first.step);
  };
}

function inWords({ loss, accuracy, samplesPerSecond }: Figures): Pick<BarFigures, keyof Figures> {
  return {
    loss: loss.toFixed(4),
    ...(accuracy !== undefined && { accuracy: percent(accuracy) }),
    samplesPerSecond: Math.round(samplesPerSecond).toLocaleString('en'),
  };
}

/** Training loss, how the figure stands that the run follows, and the time where it fits as well. */
function epochLine(event: EventOf<'epoch'>, { epochs }: Started, columns: number): string {
  const { epoch, seconds, loss, accuracy, followed } = event;
  const count = String(epoch).padStart(String(epochs).length);
  const line = [
    `epoch ${count}/${epochs}`,
    ...(followed?.metric === 'loss' ? [] : [`loss ${loss.toFixed(4)}`]),
    ...(accuracy === undefined || followed !== null ? [] : [`accuracy ${percent(accuracy)}`]),
    ...followedWords(followed),
  ].join('  ');
  const time = `  ${seconds.toFixed(1)} s`;
  return line.length + time.length < columns ? line + time : line;
}

function followedWords(followed: Followed | null): string[] {
  if (followed === null) return [];
  const { metric, value, best } = followed;
  const isBest = value === best.value;
  const bestWords = isBest ? 'best' : `best ${showMetric(metric, best.value)}, epoch ${best.epoch}`;
  return [`${metricTitle(metric)} ${showMetric(metric, value)} (${bestWords})`];
}
