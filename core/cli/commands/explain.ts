import type { Command } from 'commander';
import type { Explanation } from '../../api/explain.js';
import { annotatedSpec, describe } from '../annotated-spec.js';
import { counted } from '../../words/counted.js';
import { engineWords } from '../../words/engine-words.js';
import { plot } from '../plot.js';
import { print, table, type Terminal } from '../terminal.js';
import { loadPlugins, repeatable, warner, warnOf, withExamples, withPlugins } from '../shared.js';

interface ExplainFlags {
  readonly set: string[];
  readonly plugin: string[];
  readonly json?: true;
}

export function addExplain(program: Command, terminal: Terminal): void {
  const command = program
    .command('explain')
    .description(
      'Show what a spec comes to: every value and where it comes from, layers, steps, memory. Trains nothing.',
    )
    .argument('<spec>', 'spec file');
  repeatable(command, '--set <path=value>', 'override a key of the spec, such as training.epochs=1');
  withPlugins(command).option('--json', 'write it as JSON');
  withExamples(
    command,
    'twinspec explain specs/mnist-mlp.yaml',
    'twinspec explain my-spec.yaml --set training.learningRate.use=cosine',
  ).action((file: string, flags: ExplainFlags) => runExplain(file, flags, terminal));
}

async function runExplain(file: string, { set, plugin, json }: ExplainFlags, terminal: Terminal): Promise<void> {
  const { explain } = await import('../../api/explain.js');
  const explanation = await explain(file, {
    plugins: await loadPlugins(plugin),
    set,
    signal: terminal.signal,
    onWarning: warner(terminal),
  });
  warnOf(explanation.warnings, terminal);
  print(terminal, json ? asJson(explanation) : sections(explanation));
}

function asJson({ origins, ...rest }: Explanation): string {
  const named = [...origins].map(([path, origin]) => [path, describe(origin)]);
  return JSON.stringify({ ...rest, origins: Object.fromEntries(named) as object });
}

function sections(explanation: Explanation): string {
  const { spec, origins } = explanation;
  return [
    ['Spec, with where each value comes from', annotatedSpec(spec, origins)],
    ['Data', dataText(explanation)],
    ['Network', networkText(explanation)],
    ['Training', trainingText(explanation)],
    ['Learning rate', learningRateText(explanation)],
    ['Memory', memoryText(explanation)],
    ['Engine', engineText(explanation)],
  ]
    .map(([title, text]) => `${title}\n${indented(text)}`)
    .join('\n\n');
}

function dataText({ spec, dataset }: Explanation): string {
  const { sampleShape, classes, unit, examples, seconds } = dataset;
  const splits = Object.entries(examples).map(([split, number]) => `${split} ${number === 0 ? 'none' : count(number)}`);
  return [
    `${spec.dataset.use}: samples of ${shape(sampleShape)}${classes > 0 ? `, ${classes} classes` : ''}`,
    `${unit}: ${splits.join(', ')}`,
    `(loaded in ${seconds.toFixed(1)} s, to count)`,
  ].join('\n');
}

function networkText({ layers, parameters, lossParameters, dimension, spec }: Explanation): string {
  const rows = layers.map(({ place, type, output, parameters }) => [place, type, shape(output), count(parameters)]);
  const own = lossParameters > 0 ? `, ${count(lossParameters)} of them the loss's own` : '';
  const length = spec.embedding.normalize ? ', scaled to length 1' : '';
  return [
    table([['place', 'layer', 'output', 'weights'], ...rows]),
    `${count(parameters)} weights${own}; embeddings of ${dimension} numbers${length}`,
  ].join('\n');
}

function trainingText({ spec, batch, stepsPerEpoch, totalSteps, dataset }: Explanation): string {
  const { epochs, accumulate, maxSteps } = spec.training;
  const each = accumulate > 1 ? `${accumulate} batches of ${count(batch.size)}` : count(batch.size);
  const passes = Math.ceil(totalSteps / stepsPerEpoch);
  const cut = maxSteps !== null && maxSteps <= epochs * stepsPerEpoch ? ', as training.maxSteps says' : '';
  return [
    `${count(stepsPerEpoch)} steps an epoch: ${count(dataset.examples.train)} ${dataset.unit}, ${each} ${batch.unit} a step`,
    `${counted(totalSteps, 'step')} in ${counted(passes, 'epoch')}${cut}`,
  ].join('\n');
}

function learningRateText({ learningRate: { values, observes }, totalSteps }: Explanation): string {
  const graph = plot(values, 8);
  const start = graph.indexOf('┤') + 1;
  const end = `step ${count(totalSteps)}`;
  const axis = `${' '.repeat(start)}step 1${end.padStart(Math.max(1, values.length - 6))}`;
  return [graph, axis, ...(observes ? ['as long as nothing lowers it: it also follows how training goes'] : [])].join(
    '\n',
  );
}

function memoryText({ memory: { samples, carried, step }, batch }: Explanation): string {
  return [
    `about ${bytes(samples + carried + step)}, beside some 200 MB for Node.js and its libraries:`,
    `${bytes(samples)} samples, ${bytes(carried)} weights and what the optimizer remembers, ${bytes(step)} to compute with, ${count(batch.rows)} samples a step`,
  ].join('\n');
}

function engineText({ engine }: Explanation): string {
  if ('refusal' in engine) return engine.refusal;
  const { report, reason } = engine;
  return `${engineWords(report)}: ${reason}`;
}

function indented(text: string): string {
  return text.replaceAll(/^(?=.)/gm, '  ');
}

function shape(sizes: readonly number[]): string {
  return sizes.join('×');
}

function count(value: number): string {
  return value.toLocaleString('en');
}

function bytes(value: number): string {
  const megabytes = value / 1e6;
  return megabytes < 0.95
    ? `${Math.max(1, Math.round(value / 1e3))} kB`
    : `${megabytes.toFixed(megabytes < 10 ? 1 : 0)} MB`;
}
