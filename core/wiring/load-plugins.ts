import { existsSync } from 'node:fs';
import { resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { createJiti } from 'jiti';
import type { Descriptor } from '../plugin/descriptor.js';
import { TwinspecError } from '../errors.js';

/**
 * Imports a plugin file, JavaScript or TypeScript, wherever it lies. Inside it `twinspec/plugin` is this running copy of
 * the package, so a file outside of any project works. Its default export is a plugin, or an array of plugins.
 *
 * @throws PLUGIN_LOAD where it is missing, does not compile, throws, or exports no plugin
 */
export async function loadPluginFile(file: string): Promise<readonly Descriptor[]> {
  const path = resolve(file);
  if (!existsSync(path)) {
    throw new TwinspecError('PLUGIN_LOAD', `There is no plugin file ${path}.`, {
      hint: 'Check the path; it starts in the working folder.',
    });
  }
  const exported = await importFile(path);
  const descriptors = Array.isArray(exported) ? exported : [exported];
  for (const descriptor of descriptors) {
    if (isDescriptor(descriptor)) continue;
    throw new TwinspecError('PLUGIN_LOAD', `The default export of ${path} is no plugin.`, {
      hint: 'Write export default defineLoss({ … }), or another define function of twinspec/plugin, or an array of such.',
    });
  }
  return descriptors as readonly Descriptor[];
}

async function importFile(path: string): Promise<unknown> {
  const jiti = createJiti(import.meta.url, {
    alias: { 'twinspec/plugin': fileURLToPath(import.meta.resolve('twinspec/plugin')) },
    interopDefault: false,
    moduleCache: false,
    fsCache: false,
  });
  try {
    const module = await jiti.import<{ default?: unknown }>(path);
    return module.default;
  } catch (error) {
    const { message, line } = explain(error, path);
    throw new TwinspecError('PLUGIN_LOAD', `${path}${line} cannot be loaded: ${message}`, { cause: error });
  }
}

/** The message, and the author's own line where the stack names one. */
function explain(error: unknown, path: string): { message: string; line: string } {
  if (!(error instanceof Error)) return { message: String(error), line: '' };
  const position = error.stack
    ?.split('\n')
    .find((line) => line.includes(path))
    ?.match(/:(\d+):\d+\)?$/);
  return { message: error.message.split('\n')[0], line: position ? `:${position[1]}` : '' };
}

function isDescriptor(value: unknown): value is Descriptor {
  return typeof value === 'object' && value !== null && 'kind' in value && 'apiVersion' in value && 'create' in value;
}
