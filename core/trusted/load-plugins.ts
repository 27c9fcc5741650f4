import { access } from 'node:fs/promises';
import { resolve } from 'node:path';
import type { Descriptor } from '../plugin/descriptor.js';
import { TwinspecError } from '../errors.js';
import { sameName } from '../words/same-name.js';
import { importDefault, shownPath } from './import-file.js';

/**
 * Imports a plugin file, JavaScript or TypeScript, wherever it lies. Inside it `twinspec/plugin` is this running copy of
 * the package, so a file outside of any project works. Its default export is a plugin, or an array of plugins.
 *
 * @throws PLUGIN_LOAD where it is missing, does not compile, throws, or exports no plugin
 */
export async function loadPluginFile(file: string): Promise<readonly Descriptor[]> {
  const path = resolve(file);
  await access(path).catch((cause: unknown) => {
    throw new TwinspecError('PLUGIN_LOAD', `There is no plugin file ${path}.`, {
      hint: sameName(path) ?? 'Check the path; it starts in the working folder.',
      cause,
    });
  });
  return pluginsOf(await importDefault(path), `The default export of ${shownPath(path)}`);
}

/** What was exported, as a list of plugins; `what` is what messages call it. Throws PLUGIN_LOAD where it is none. */
export function pluginsOf(exported: unknown, what: string): readonly Descriptor[] {
  const descriptors: readonly unknown[] = Array.isArray(exported) ? exported : [exported];
  if (descriptors.length > 0 && descriptors.every(isDescriptor)) return descriptors;
  throw new TwinspecError('PLUGIN_LOAD', `${what} is no plugin.`, {
    hint: 'Write export default defineLoss({ … }), or another define function of twinspec/plugin, or an array of such.',
  });
}

export function isDescriptor(value: unknown): value is Descriptor {
  return typeof value === 'object' && value !== null && 'kind' in value && 'apiVersion' in value && 'create' in value;
}
