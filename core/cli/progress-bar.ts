import type { Terminal } from './terminal.js';

/** What a bar tells. */
export interface BarFigures {
  readonly epoch: number;
  readonly epochs: number;
  readonly step: number;
  readonly totalSteps: number;
  readonly loss: string;
  readonly accuracy?: string;
  readonly samplesPerSecond?: string;
  /** At the pace so far; null before there is one. */
  readonly secondsLeft: number | null;
}

/** The last line of a terminal, under what is said. It hides the cursor until it ends. */
export interface StatusLine {
  /** Shows another text, at most some times a second. */
  update(text: (columns: number) => string): void;
  /** Puts lines above it. */
  say(text: string): void;
  end(): void;
}

const millisecondsBetween = 80;

export function statusLine(stream: Terminal['stderr']): StatusLine {
  let text = '';
  let drawn = -Infinity;
  stream.write('\x1b[?25l');
  return {
    update(next) {
      if (performance.now() - drawn < millisecondsBetween) return;
      drawn = performance.now();
      text = next((stream.columns ?? 80) - 1);
      stream.write(`\r\x1b[K${text}`);
    },
    say: (lines) => void stream.write(`\r\x1b[K${lines}\n${text}`),
    end: () => void stream.write('\r\x1b[K\x1b[?25h'),
  };
}

const barWidths = { least: 6, most: 30 };

/** The line of a bar in so many columns at most: what does not fit is left out, the last of it first. */
export function barLine(figures: BarFigures, columns: number): string {
  const { epoch, epochs, step, totalSteps, loss, accuracy, samplesPerSecond, secondsLeft } = figures;
  const share = Math.min(1, step / totalSteps);
  const place = `epoch ${epoch}/${epochs}`;
  const left = secondsLeft === null ? '' : `${duration(secondsLeft)} left`;
  const more = [
    `${Math.floor(100 * share)} %`.padStart(5),
    `loss ${loss}`,
    ...(accuracy === undefined ? [] : [`accuracy ${accuracy}`]),
    ...(samplesPerSecond === undefined ? [] : [`${samplesPerSecond} samples/s`]),
  ];
  const line = (bar: string, count: number) =>
    [place, bar, ...more.slice(0, count), left].filter((part) => part !== '').join('  ');
  const room = (count: number) => columns - line(' ', count).length + 1;
  const count = [...more.keys(), more.length].reverse().find((some) => room(some) >= barWidths.least);
  if (count === undefined) return line('', 0).slice(0, columns);
  const width = Math.min(barWidths.most, room(count));
  const full = Math.round(width * share);
  return line('█'.repeat(full) + '░'.repeat(width - full), count);
}

/** `45 s`, `12:05`, `3:02:10`. */
function duration(seconds: number): string {
  const whole = Math.round(seconds);
  if (whole < 60) return `${whole} s`;
  const two = (value: number) => String(Math.floor(value)).padStart(2, '0');
  const [hours, minutes] = [Math.floor(whole / 3600), (whole % 3600) / 60];
  return hours > 0 ? `${hours}:${two(minutes)}:${two(whole % 60)}` : `${Math.floor(minutes)}:${two(whole % 60)}`;
}
