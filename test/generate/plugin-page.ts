import { existsSync, readFileSync } from 'node:fs';
import { stringify } from 'yaml';
import type { Descriptor } from 'twinspec/plugin';
import { TwinspecError } from '../../core/errors.js';
import { kindNames, kinds, type Kind } from '../../core/plugin/kinds/index.js';
import { kindPage, pluginPage } from '../../core/plugin/pages.js';
import type { Registry } from '../../core/plugin/registry.js';
import { standardOf } from '../../core/plugin/uses.js';
import { describeOptions, placeOfKind, traitsOf } from '../../core/spec/show/describe-plugin.js';
import { exampleOptions } from '../../core/spec/show/example.js';
import { article } from '../../core/words/article.js';
import { parseSpec } from '../../core/spec/parse-spec.js';
import { fence, markdownTable, page } from './markdown.js';

/** The reference page of a plugin, out of its descriptor and the comment above it. */
export function pluginReference(plugin: Descriptor, registry: Registry): Promise<string> {
  const source = sourceOf(plugin);
  const options = describeOptions(plugin, registry).map(({ name, takes, standard, description }) => {
    return [`\`${name}\``, takes, standard === null ? 'required' : `\`${standard}\``, description];
  });
  const comment = docComment(readFileSync(source, 'utf8'));
  return page(
    `# ${plugin.name}`,
    `${article(plugin.kind).replace(/^a/, 'A').replace(' ', ' [')}](README.md). ${plugin.summary}`,
    comment && fence('text', comment),
    traitsOf(plugin)
      .map(([label, text]) => `- ${label}: ${text}`)
      .join('\n'),
    plugin.reference ? `Published in: ${plugin.reference}.` : '',
    '## Options',
    options.length === 0 ? 'None.' : markdownTable(['option', 'takes', 'default', ''], options),
    '## Example',
    options.length === 0 ? '' : 'A whole spec, with every option of this plugin written out:',
    fence('yaml', exampleSpec(plugin, registry)),
    `Source: [${source}](${'../'.repeat(3)}${source})`,
  );
}

/** All plugins of a kind. */
export function kindReference(kind: Kind, registry: Registry): Promise<string> {
  const folder = kinds[kind].plural;
  const rows = registry.list(kind).map(({ name, summary }) => [`[${name}](${name}.md)`, summary]);
  const standard = registry.defaultOf(kind);
  const isAbsent = standardOf(registry, kind) !== undefined;
  const shorthand = standard === undefined ? undefined : registry.find(kind, standard)?.shorthand;
  const key = placeOfKind(kind)!.keys.join('.');
  return page(
    `# ${folder[0].toUpperCase()}${folder.slice(1)}`,
    `A spec names one under \`${key}\`${isAbsent ? `; without it, \`${standard}\` is taken` : ''}.${shorthand ? ` A bare value is short for \`${standard}\` with that \`${shorthand}\`.` : ''}`,
    markdownTable(['name', ''], rows),
    `The contract, for writing your own: [core/plugin/kinds/${kind}.ts](../../../core/plugin/kinds/${kind}.ts).`,
  );
}

/** The first page of the reference. */
export function referenceIndex(registry: Registry): Promise<string> {
  const rows = kindNames.map((kind) => {
    const names = registry.list(kind).map(({ name }) => `[${name}](${relative(pluginPage(kind, name))})`);
    return [`[${kind}](${relative(kindPage(kind))})`, names.join(', ')];
  });
  return page(
    '# Reference',
    [
      '- [Every key of a spec](spec.md)',
      '- [Every command](cli.md)',
      '- [Every error](errors.md)',
      '- [TensorFlow.js ops that the onnx engine compiles](ops.md)',
    ].join('\n'),
    'Plugins, by the kind that a spec names them as:',
    markdownTable(['kind', 'plugins'], rows),
  );
}

const relative = (target: string) => target.replace('docs/reference/', '');

function sourceOf({ kind, name }: Descriptor): string {
  const folder = kinds[kind as Kind].plural;
  const files = [`plugins/${folder}/${name}.ts`, `plugins/${folder}/${name}/index.ts`];
  return files.find((file) => existsSync(file))!;
}

/** The comment right above the descriptor: what the plugin computes. */
function docComment(source: string): string {
  const before = source.slice(0, source.search(/^export default define/m));
  const [, comment] = /\/\*\*((?:(?!\*\/)[\s\S])*)\*\/\s*$/.exec(before) ?? [];
  return (comment ?? '').replaceAll(/^\s*\* ?/gm, '').trim();
}

/** A valid spec that uses the plugin, with the first of the other plugins that fit to it. */
function exampleSpec(plugin: Descriptor, registry: Registry): string {
  const options = exampleOptions(plugin, registry);
  const own = Object.keys(options).length === 0 ? plugin.name : { use: plugin.name, with: options };
  for (const dataset of registry.list('dataset')) {
    for (const loss of registry.list('loss')) {
      const uses: Record<string, unknown> = {
        dataset: dataset.name,
        base: 'mlp',
        distance: 'euclidean',
        loss: loss.name,
        [plugin.kind]: own,
      };
      const text = specText(uses);
      if (isValid(text, registry)) return text;
    }
  }
  throw new Error(`No shipped plugins fit to ${plugin.kind} ${plugin.name}.`);
}

function specText({ optimizer, schedule = 0.001, sampler, ...uses }: Record<string, unknown>): string {
  const training = { optimizer, learningRate: schedule, sampler, epochs: 20 };
  return stringify({ version: 1, name: 'example', ...uses, training }, { flowCollectionPadding: false });
}

function isValid(text: string, registry: Registry): boolean {
  try {
    parseSpec(text, { registry });
    return true;
  } catch (error) {
    if (error instanceof TwinspecError) return false;
    throw error;
  }
}
