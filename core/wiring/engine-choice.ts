import type { Availability, Engine, EngineDescriptor } from '../plugin/kinds/engine.js';
import { autoEngine } from '../plugin/registry.js';
import type { PluginUse } from '../plugin/options.js';
import { complete } from '../plugin/uses.js';
import { TwinspecError } from '../errors.js';
import type { Spec } from '../spec/shell/spec.js';
import { createPlugin, type Workshop } from './create-plugin.js';

export interface EngineChoice {
  readonly engine: Engine;
  /** One line on why this one. */
  readonly reason: string;
}

type EngineSpec = Pick<Spec, 'engine'>;

/**
 * The engines that may run a spec, best first: the one it names, or for `auto` every one that is available and for it,
 * by priority. They are created one by one, as asked for.
 *
 * @throws ENGINE_UNAVAILABLE when the one that it names cannot run here
 */
export async function* engineChoices(spec: EngineSpec, workshop: Workshop): AsyncGenerator<EngineChoice> {
  const { registry } = workshop;
  const named = spec.engine.use;
  if (named !== autoEngine) {
    const descriptor = registry.get('engine', named);
    const availability = await descriptor.probe();
    if (!availability.available) throw unavailable(named, availability);
    yield { engine: await create(descriptor, spec, workshop), reason: 'named by the spec' };
    return;
  }
  const passedBy: string[] = [];
  for (const descriptor of [...registry.list('engine')].sort((a, b) => b.priority - a.priority)) {
    const availability = await descriptor.probe();
    const refusal = availability.available ? availability.notForAuto : availability.reason;
    if (refusal !== undefined) {
      passedBy.push(`${descriptor.name}: ${refusal}`);
      continue;
    }
    const reason = ['the best engine that is available', ...passedBy].join('; ');
    yield { engine: await create(descriptor, spec, workshop), reason };
    passedBy.push(`${descriptor.name}: cannot run this spec`);
  }
}

function unavailable(name: string, { reason, hint }: Extract<Availability, { available: false }>): TwinspecError {
  const useAuto = 'Set engine: auto to take the best engine that is available.';
  return new TwinspecError('ENGINE_UNAVAILABLE', `Engine "${name}" cannot run here: ${reason}`, {
    hint: hint === undefined ? useAuto : `${hint} ${useAuto}`,
  });
}

/** The engine that the spec names gets the options that it states. */
function create({ name }: EngineDescriptor, { engine }: EngineSpec, workshop: Workshop): Promise<Engine> {
  const use = engine.use === name ? engine : (complete(engineSchema, name, workshop.registry) as PluginUse);
  return createPlugin(workshop, 'engine', use);
}

const engineSchema = { type: 'plugin', kind: 'engine' } as const;
