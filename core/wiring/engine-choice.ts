import type { Container } from 'inversify';
import type { Engine, EngineDescriptor } from '../plugin/engine.js';
import { autoEngine, type Registry } from '../plugin/registry.js';
import { token } from '../plugin/services.js';
import { TwinspecError } from '../errors.js';
import type { Spec } from '../spec/spec.js';
import { bindPlugin } from './container.js';

export interface EngineChoice {
  readonly engine: Engine;
  /** One line on why this one. */
  readonly reason: string;
}

/**
 * The engines that may run a spec, best first: the one it names, or for `auto` every one that is available, by priority.
 * They are created one by one, as asked for.
 *
 * @throws ENGINE_UNAVAILABLE when the one that it names, or every one, cannot run here
 */
export async function* engineChoices(
  spec: Spec,
  registry: Registry,
  container: Container,
): AsyncGenerator<EngineChoice> {
  const named = spec.engine.use;
  const refused: string[] = [];
  const candidates =
    named === autoEngine
      ? [...registry.list('engine')].sort((a, b) => b.priority - a.priority)
      : [registry.get('engine', named)];
  for (const descriptor of candidates) {
    const availability = await descriptor.probe();
    if (!availability.available) {
      refused.push(`${descriptor.name}: ${availability.reason}`);
      continue;
    }
    const reason =
      named === autoEngine ? ['the best engine that is available', ...refused].join('; ') : 'named by the spec';
    yield { engine: await create(descriptor, spec, container), reason };
  }
  if (named === autoEngine) return;
  throw new TwinspecError('ENGINE_UNAVAILABLE', `Engine "${named}" cannot run here. ${refused.join('. ')}`, {
    hint: 'Set engine: auto to take the best engine that is available.',
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
