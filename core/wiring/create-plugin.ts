import { around, nestedLoss, type NestedLoss } from '../graph/nested-loss.js';
import { attribute } from '../plugin/attribute.js';
import { guarded } from '../plugin/guarded.js';
import type { Kind } from '../plugin/kinds/index.js';
import type { Loss } from '../plugin/kinds/loss.js';
import type { InstanceOf, PluginUse } from '../plugin/options.js';
import type { Registry } from '../plugin/registry.js';
import type { Services } from '../plugin/services.js';
import { optionsOf } from '../plugin/uses.js';
import { randomService } from '../random/stream.js';
import type { Mapping } from '../schema/mapping.js';
import type { Schema } from '../schema/schema.js';

/** What plugins are created from. */
export interface Workshop extends Omit<Services, 'random' | 'fixedRandom'> {
  readonly registry: Registry;
  readonly seed: number;
  /** What the streams of `fixedRandom` follow from. */
  readonly fixedSeed: number;
}

/**
 * The instance that a plugin creates, guarded; the plugins that its options name are created before it.
 *
 * @param inside the place that it is nested in, such as `loss/acme/sum.losses.0/`; its random streams are those of its place
 */
export async function createPlugin<K extends Kind>(
  workshop: Workshop,
  kind: K,
  { use, with: stated }: PluginUse,
  inside = '',
): Promise<InstanceOf[K]> {
  const { registry, seed, fixedSeed, ...services } = workshop;
  const descriptor = registry.get(kind, use);
  const place = `${inside}${kind}/${use}`;
  const inner: NestedLoss[] = [];

  async function created(schema: Schema, value: unknown, path: string): Promise<unknown> {
    if (value === null) return null;
    switch (schema.type) {
      case 'plugin':
        return nested(
          schema.kind as Kind,
          path,
          await createPlugin(workshop, schema.kind as Kind, value as PluginUse, `${path}/`),
        );
      case 'array': {
        const items = (value as unknown[]).map((item, index) => created(schema.items, item, `${path}.${index}`));
        return Object.freeze(await Promise.all(items));
      }
      case 'object': {
        const entries = Object.entries(schema.properties).map(async ([key, property]) => [
          key,
          await created(property, (value as Mapping)[key], `${path}.${key}`),
        ]);
        return Object.freeze(Object.fromEntries(await Promise.all(entries)));
      }
      default:
        return value;
    }
  }

  /** A loss in a loss has a part of its weights, state and noise, known by the option that names it. */
  function nested(innerKind: Kind, path: string, instance: unknown): unknown {
    if (kind !== 'loss' || innerKind !== 'loss') return instance;
    const loss = nestedLoss(path.slice(place.length + 1).replaceAll('.', '/'), instance as Loss);
    inner.push(loss);
    return loss.instance;
  }

  const options = (await created(optionsOf(descriptor), stated, place)) as Mapping;
  const available: Services = {
    ...services,
    random: randomService(seed, place),
    fixedRandom: randomService(fixedSeed, place),
  };
  const given = descriptor.inject.map((name) => available[name]);
  const instance = await attribute(`${kind} ${use}`, () => descriptor.create(options, ...given));
  const safe = guarded<K>(descriptor, instance as InstanceOf[K]);
  return kind === 'loss' ? (around(safe as Loss, inner) as InstanceOf[K]) : safe;
}
