import type { Command } from 'commander';
import type { Terminal } from '../terminal.js';
import { reporting, showResult, withReporting, type ReportingFlags } from '../reporting.js';
import { loadPlugins, repeatable, withExamples, withPlugins } from '../shared.js';

interface ResumeFlags extends ReportingFlags {
  readonly set: string[];
  readonly plugin: string[];
  readonly takeOver?: true;
  readonly changedCode?: true;
}

export function addResume(program: Command, terminal: Terminal): void {
  const command = program
    .command('resume')
    .description('Go on with a run from its latest checkpoint, as if it had never been cut.')
    .argument('<run>', 'run folder')
    .option('--take-over', 'go on although run.lock names another process: it does not write there any more')
    .option('--changed-code', 'go on although the code of a plugin has changed, so that steps compute something else');
  repeatable(command, '--set <path=value>', 'raise training.epochs, maxSteps, maxTime or earlyStopping.patience');
  withExamples(
    withReporting(withPlugins(command)),
    'twinspec resume runs/mnist-mlp-20260101-120000',
    'twinspec resume runs/mine --set training.epochs=40',
  ).action(async (folder: string, flags: ResumeFlags) => {
    const { resume } = await import('../../api/train/resume.js');
    const plugins = await loadPlugins(flags.plugin);
    const { set, takeOver = false, changedCode = false } = flags;
    const result = await reporting(flags, terminal, (onEvent) =>
      resume(folder, { plugins, set, takeOver, changedCode, signal: terminal.signal, onEvent }),
    );
    await showResult(result, flags, terminal);
  });
}
