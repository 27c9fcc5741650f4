import { TwinspecError } from '../../errors.js';
import type { Descriptor } from '../../plugin/descriptor.js';
import type { PluginUse } from '../../plugin/options.js';
import { pluginPage } from '../../plugin/pages.js';
import { everyUse } from '../plugin-uses.js';
import { addMisfit, addWarning } from './misfit.js';
import type { Work } from '../shell/check-uses.js';
import type { Spec } from '../shell/spec.js';
import { received } from '../../words/received.js';

/** Asks each plugin what it has to say about its options together. */
export function checkOptions(spec: Spec, work: Work): void {
  for (const { place, kind, use } of everyUse(spec, work.registry)) {
    const plugin: Descriptor | undefined = work.registry.find(kind, use.use);
    if (!plugin) continue;
    const docs = pluginPage(kind, use.use);
    const options = use.with;
    for (const [option, hint] of reasonsOf(plugin, 'conflicts', options)) {
      const message = `"${place}.with.${option}" cannot be ${received(options[option])} here.`;
      addMisfit(work, `${place}.with.${option}`, { code: 'SPEC_INVALID', message, hint, docs });
    }
    for (const [option, hint] of reasonsOf(plugin, 'withoutEffect', options)) {
      const message = `"${place}.with.${option}" is ${received(options[option])}, which has no effect here.`;
      addWarning(work, `${place}.with.${option}`, { message, hint, docs });
    }
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
