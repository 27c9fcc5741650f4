import { readFile } from 'node:fs/promises';
import type { Command } from 'commander';
import type { Descriptor } from '../../plugin/descriptor.js';
import type { Spec } from '../../spec/shell/spec.js';
import type { Terminal } from '../terminal.js';
import { reporting, showResult, withReporting, type ReportingFlags } from '../reporting.js';
import { runSmoke } from '../smoke.js';
import { loadPlugins, repeatable, warner, withExamples, withPlugins } from '../shared.js';

interface TrainFlags extends ReportingFlags {
  readonly out?: string;
  readonly engine?: string;
  readonly warmStart?: string;
  readonly smoke?: true;
  readonly dumpGraph?: string;
  readonly set: string[];
  readonly plugin: string[];
}

export function addTrain(program: Command, terminal: Terminal): void {
  const command = program
    .command('train')
    .description('Train the network that a spec declares, judge it and keep it in a run folder.')
    .argument('<spec>', 'spec file')
    .option('--out <dir>', 'make this very folder the run folder (default: a new one under runs/)')
    .option('--engine <name>', 'run on this engine, whatever the spec says')
    .option('--warm-start <run>', 'take first weights from the model of another run')
    .option('--smoke', 'try the spec out: a few steps on a few examples, in seconds; nothing is kept without --out')
    .option('--dump-graph <file>', 'first write the training step as an ONNX model, for a viewer such as Netron');
  repeatable(command, '--set <path=value>', 'override a key of the spec, such as training.epochs=1');
  withExamples(
    withReporting(withPlugins(command)),
    'twinspec train specs/mnist-mlp.yaml',
    'twinspec train specs/mnist-mlp.yaml --smoke',
    'twinspec train specs/mnist-mlp.yaml --set training.epochs=2 --set seed=1 --out runs/short',
    'twinspec train my-spec.yaml --plugin ./my-loss.ts',
  ).action((file: string, flags: TrainFlags) => runTrain(file, flags, terminal));
}

async function runTrain(file: string, flags: TrainFlags, terminal: Terminal): Promise<void> {
  const [{ loadSpec }, { train }] = await Promise.all([
    import('../../api/load-spec.js'),
    import('../../api/train/train.js'),
  ]);
  const plugins = await loadPlugins(flags.plugin);
  const set = flags.engine === undefined ? flags.set : [...flags.set, `engine=${flags.engine}`];
  const spec = await loadSpec(file, { plugins, set, onWarning: warner(terminal) });
  if (flags.dumpGraph !== undefined) await dumpGraph(flags.dumpGraph, spec, plugins, terminal);
  const options = {
    plugins,
    signal: terminal.signal,
    source: await readFile(file, 'utf8'),
    ...(flags.warmStart !== undefined && { warmStart: flags.warmStart }),
  };
  if (flags.smoke) return runSmoke(spec, options, flags, terminal);
  const folder = flags.out === undefined ? { root: 'runs' } : { out: flags.out };
  const result = await reporting(flags, terminal, (onEvent) => train(spec, { ...options, folder, onEvent }));
  await showResult(result, flags, terminal);
}

async function dumpGraph(
  file: string,
  spec: Spec,
  plugins: readonly Descriptor[],
  { signal }: Terminal,
): Promise<void> {
  const [{ stepModel }, { writeAtomically }] = await Promise.all([
    import('../../api/step-model.js'),
    import('../../run/storage.js'),
  ]);
  await writeAtomically(file, await stepModel(spec, { plugins, signal }));
}
