import { relative } from 'node:path';
import type { Command } from 'commander';
import type { RunEvent, RunSummary } from '../training/events.js';
import type { TrainResult } from '../api/train/train.js';
import { counted } from '../words/counted.js';
import { metricsTable } from './results.js';
import { warnOf } from './shared.js';
import { print, type Terminal } from './terminal.js';

export interface ReportingFlags {
  readonly quiet?: true;
  readonly json?: true;
}

/** Adds the options on what a command that trains shows. */
export function withReporting(command: Command): Command {
  return command
    .option('--quiet', 'show the results only')
    .option('--json', 'write events as JSON lines to stdout, and nothing else');
}

/** Runs something that tells events, which are shown as the options ask. */
export async function reporting<T>(
  { quiet, json }: ReportingFlags,
  terminal: Terminal,
  run: (onEvent: (event: RunEvent) => void) => Promise<T>,
): Promise<T> {
  if (json) return run((event) => print(terminal, JSON.stringify(event)));
  if (quiet) return run(() => undefined);
  const { progressReporter } = await import('./progress.js');
  const progress = progressReporter(terminal);
  try {
    return await run(progress.show);
  } finally {
    progress.end();
  }
}

/** Shows the figures of a finished run and frees its model. */
export async function showResult(
  { summary, folder, model }: TrainResult,
  { json }: ReportingFlags,
  terminal: Terminal,
): Promise<void> {
  await model.dispose();
  if (json) return;
  warnOf(
    summary.warnings.filter(({ times }) => times > 1),
    terminal,
  );
  print(terminal, '');
  print(terminal, metricsTable({ validation: summary.validation, test: summary.test }));
  print(terminal, '');
  print(terminal, timeWords(summary));
  print(terminal, `run folder: ${relative('.', folder!) || '.'}`);
}

/** `8 steps in 0.5 s, 1.20 ms a step`; of a run that went on, what the time is about. */
function timeWords({ steps, timing }: RunSummary): string {
  const all = counted(steps, 'step');
  if (timing.msPerStep === null) return all;
  const these = timing.steps === steps ? all : `${all}, the last ${timing.steps.toLocaleString('en')}`;
  return `${these} in ${timing.totalSeconds.toFixed(1)} s, ${timing.msPerStep.toFixed(2)} ms a step`;
}
