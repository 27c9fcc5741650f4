import { defaults, plugins as shippedPlugins } from '../../plugins/index.js';
import type { Descriptor } from '../plugin/descriptor.js';
import { createRegistry, type Registry } from '../plugin/registry.js';

/** The shipped plugins and those of the caller. */
export function registryWith(plugins: readonly Descriptor[] = []): Registry {
  return createRegistry([...shippedPlugins, ...plugins], defaults);
}
