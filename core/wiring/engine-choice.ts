import type { Container } from 'inversify';
import type { Availability, Engine, EngineDescriptor } from '../plugin/kinds/engine.js';
import { autoEngine, type Registry } from '../plugin/registry.js';
import { token } from '../plugin/services.js';
import { TwinspecError } from '../errors.js';
import type { Spec } from '../spec/shell/spec.js';
import { bindPlugin } from './container.js';

export interface EngineChoice {
  readonly engine: Engine;
  /** One line on why this one. */
  readonly reason: string;
}

/**
 * The engines that may run a spec, best first: the one it names, or for `auto` every one that is available and for it,
 * by priority. They are created one by one, as asked for.
 *
 * @throws ENGINE_UNAVAILABLE when the one that it names cannot run here
 */
export async function* engineChoices(
  spec: Spec,
  registry: Registry,
  container: Container,
): AsyncGenerator<EngineChoice> {
  const named = spec.engine.use;
  if (named !== autoEngine) {
    const descriptor = registry.get('engine', named);
    const availability = await descriptor.probe();
    if (!availability.available) throw unavailable(named, availability);
    yield { engine: await create(descriptor, spec, container), reason: 'named by the spec' };
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
    yield { engine: await create(descriptor, spec, container), reason };
    passedBy.push(`${descriptor.name}: cannot run this spec`);
  }
}

function unavailable(name: string, { reason, hint }: Extract<Availability, { available: false }>): TwinspecError {
  const useAuto = 'Set engine: auto to take the best engine that is available.';
  return new TwinspecError('ENGINE_UNAVAILABLE', `Engine "${name}" cannot run here: ${reason}`, {
    hint: hint === undefined ? useAuto : `${hint} ${useAuto}`,
  });
}

async function create(descriptor: EngineDescriptor, spec: Spec, container: Container): Promise<Engine> {
  const options = spec.engine.use === descriptor.name ? spec.engine.with : defaultsOf(descriptor);
  const place = `engine/${descriptor.name}`;
  bindPlugin(container, descriptor, { use: descriptor.name, with: options }, spec, place);
  return container.getAsync<Engine>(token(`plugin:${place}`));
}

function defaultsOf(descriptor: EngineDescriptor): Record<string, unknown> {
  const entries = Object.entries(descriptor.options).map(([name, option]) => [name, option.default ?? null]);
  return Object.fromEntries(entries) as Record<string, unknown>;
}
