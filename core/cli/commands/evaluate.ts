import type { Command } from 'commander';
import { metricsTable } from '../results.js';
import { print, type Terminal } from '../terminal.js';
import { loadPlugins, warnOf, withExamples, withPlugins } from '../shared.js';

interface EvaluateFlags {
  readonly engine?: string;
  readonly plugin: string[];
  readonly changedData?: true;
  readonly json?: true;
}

export function addEvaluate(program: Command, terminal: Terminal): void {
  const command = program
    .command('evaluate')
    .description('Judge the saved model of a run on the splits of its dataset.')
    .argument('<run>', 'run folder')
    .option('--engine <name>', 'run on this engine, whatever the spec says')
    .option('--changed-data', 'judge on the data that there are now, where they are not those of the run');
  withPlugins(command).option('--json', 'write the figures as JSON');
  withExamples(
    command,
    'twinspec evaluate runs/mnist-mlp-20260101-120000',
    'twinspec evaluate runs/mine --engine cpu --json',
  ).action(async (folder: string, { engine, plugin, changedData, json }: EvaluateFlags) => {
    const { evaluate } = await import('../../api/evaluate.js');
    const plugins = await loadPlugins(plugin);
    const { warnings, ...splits } = await evaluate(folder, {
      plugins,
      signal: terminal.signal,
      changedData: changedData === true,
      ...(engine === undefined ? {} : { engine }),
    });
    warnOf(warnings, terminal);
    print(terminal, json ? JSON.stringify({ ...splits, warnings }) : metricsTable(splits));
  });
}
