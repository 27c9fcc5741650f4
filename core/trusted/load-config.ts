import { basename, dirname, isAbsolute, resolve } from 'node:path';
import type { Descriptor } from '../plugin/descriptor.js';
import { didYouMean } from '../words/nearest.js';
import { TwinspecError } from '../errors.js';
import { importDefault } from './import-file.js';
import { isDescriptor, loadPluginFile, pluginsOf } from './load-plugins.js';

const keys = ['plugins'];

/**
 * The plugins that a config file trusts.
 *
 * @throws PLUGIN_LOAD where the config, or what it names, is wrong
 */
export async function loadConfig(file: string): Promise<readonly Descriptor[]> {
  const entries = entriesOf(await importDefault(file), basename(file));
  return (await Promise.all(entries.map((entry) => load(entry, file)))).flat();
}

function entriesOf(config: unknown, name: string): readonly unknown[] {
  if (typeof config !== 'object' || config === null || Array.isArray(config)) {
    throw wrong(`The default export of ${name} is no config.`);
  }
  const unknown = Object.keys(config).find((key) => !keys.includes(key));
  if (unknown !== undefined) {
    throw wrong([`${name} has an unknown key "${unknown}".`, didYouMean(unknown, keys)].filter(Boolean).join(' '));
  }
  const { plugins = [] } = config as { plugins?: unknown };
  if (!Array.isArray(plugins)) throw wrong(`"plugins" of ${name} is no list.`);
  return plugins;
}

async function load(entry: unknown, config: string): Promise<readonly Descriptor[]> {
  if (isDescriptor(entry)) return [entry];
  const name = basename(config);
  if (typeof entry !== 'string') throw wrong(`"plugins" of ${name} has an entry that is no plugin.`);
  if (/^\.{1,2}[\\/]/.test(entry) || isAbsolute(entry)) return loadPluginFile(resolve(dirname(config), entry));
  return pluginsOf(
    await importDefault(entry, config),
    `The default export of the package "${entry}", which ${name} names,`,
  );
}

function wrong(message: string): TwinspecError {
  return new TwinspecError('PLUGIN_LOAD', message, {
    hint: "Write export default defineConfig({ plugins: ['./my-loss.ts'] }), with defineConfig from twinspec/plugin.",
  });
}
