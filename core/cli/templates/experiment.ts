import type { Descriptor } from '../../plugin/descriptor.js';
import type { Kind } from '../../plugin/kinds/index.js';
import type { Registry } from '../../plugin/registry.js';
import { exampleOptions } from '../../spec/show/example.js';
import { yamlValue } from '../../spec/show/yaml-value.js';

/** The plugins that an experiment starts with, by kind. */
export type Parts = Readonly<Record<'dataset' | 'base' | 'distance' | 'loss' | 'optimizer', string>>;

/** A spec with every option of these plugins written out and explained. Throws SPEC_INVALID for a name that there is not. */
export function experiment(name: string, parts: Parts, registry: Registry): string {
  const part = (kind: keyof Parts & Kind, depth = 0) => useOf(registry.get(kind, parts[kind]), registry, depth);
  return `# yaml-language-server: $schema=./spec.schema.json
version: 1
name: ${name}
seed: 0 # The same seed gives the same run.

${part('dataset')}

${part('base')}

${part('distance')}

${part('loss')}

training:
${part('optimizer', 1)}
  learningRate: 0.001 # Or a schedule: twinspec plugins schedule
  batchSize: 128
  epochs: 5

evaluation:
  threshold: 0.5 # Pairs closer than this count as the same class.
`;
}

function useOf(plugin: Descriptor, registry: Registry, depth: number): string {
  const pad = '  '.repeat(depth);
  const options = Object.entries(exampleOptions(plugin, registry));
  const lines =
    options.length === 0
      ? [`${plugin.kind}: ${plugin.name}`]
      : [
          `${plugin.kind}:`,
          `  use: ${plugin.name}`,
          '  with:',
          ...options.flatMap((option) => optionOf(plugin, option)),
        ];
  return [`# ${plugin.summary}`, ...lines].map((line) => pad + line).join('\n');
}

const widest = 100;

function optionOf({ options }: Descriptor, [name, value]: [string, unknown]): string[] {
  const [line, comment] = [`    ${name}: ${yamlValue(value)}`, `# ${options[name].description}`];
  return line.length + comment.length < widest ? [`${line} ${comment}`] : [`    ${comment}`, line];
}
