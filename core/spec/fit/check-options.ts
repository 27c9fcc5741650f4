import { TwinspecError } from '../../errors.js';
import type { JsonSchema } from '../../plugin/json-schema.js';
import type { Kind } from '../../plugin/kinds/index.js';
import type { Descriptor } from '../../plugin/descriptor.js';
import { pluginPage } from '../../words/docs-page.js';
import { addMisfit, addWarning } from './misfit.js';
import type { Work } from '../shell/resolve.js';
import { shellSchema } from '../shell/schema.js';
import type { PluginUse, Spec } from '../shell/spec.js';
import { received } from '../../words/received.js';

/** Asks each plugin what it has to say about its options together. */
export function checkOptions(spec: Spec, work: Work): void {
  for (const [kind, path, { use, with: options }] of usesOf(spec)) {
    const plugin: Descriptor | undefined = work.registry.find(kind, use);
    if (!plugin) continue;
    const docs = pluginPage(kind, use);
    for (const [option, hint] of reasonsOf(plugin, 'conflicts', options)) {
      const message = `"${path}.with.${option}" cannot be ${received(options[option])} here.`;
      addMisfit(work, `${path}.with.${option}`, { code: 'SPEC_INVALID', message, hint, docs });
    }
    for (const [option, hint] of reasonsOf(plugin, 'withoutEffect', options)) {
      const message = `"${path}.with.${option}" is ${received(options[option])}, which has no effect here.`;
      addWarning(work, `${path}.with.${option}`, { message, hint, docs });
    }
  }
}

/** Every plugin that a spec names: its kind, the path to it, and how it is used. */
function* usesOf(
  value: unknown,
  schema: JsonSchema = shellSchema,
  path = '',
): Generator<[kind: Kind, path: string, use: PluginUse]> {
  if (schema['plugin'] !== undefined) yield [schema['plugin'] as Kind, path, value as PluginUse];
  for (const [key, property] of Object.entries(schema.properties ?? {})) {
    yield* usesOf((value as Record<string, unknown>)[key], property, path === '' ? key : `${path}.${key}`);
  }
}

function reasonsOf(
  plugin: Descriptor,
  question: 'conflicts' | 'withoutEffect',
  options: PluginUse['with'],
): [option: string, reason: string][] {
  try {
    const reasons = Object.entries(plugin[question]?.(options) ?? {});
    return reasons.flatMap(([option, reason]) => (reason === undefined ? [] : [[option, reason]]));
  } catch (cause) {
    const reason = cause instanceof Error ? cause.message : String(cause);
    throw new TwinspecError('PLUGIN_FAILED', `${plugin.kind} ${plugin.name}: ${question} threw: ${reason}`, {
      hint: 'It gets the options complete and valid, and returns an object of option -> sentence.',
      cause,
    });
  }
}
