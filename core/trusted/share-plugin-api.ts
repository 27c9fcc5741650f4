import * as modules from 'node:module';
import * as pluginApi from '../plugin/index.js';

const key = 'twinspec/plugin';
const text = (code: string) => `data:text/javascript,${encodeURIComponent(code)}`;

/** What an import of `twinspec/plugin` finds: a module of the same names and values. */
const bridge = text(`
const api = globalThis[Symbol.for('${key}')];
export const { ${Object.keys(pluginApi).join(', ')} } = api;`);

/** jiti hands absolute paths to import(), which takes "#" and "%" for parts of an address. */
const hooks = text(`
import { isAbsolute } from 'node:path';
import { pathToFileURL } from 'node:url';
export function resolve(specifier, context, next) {
  if (specifier === '${key}') return { url: ${JSON.stringify(bridge)}, shortCircuit: true };
  const path = isAbsolute(specifier) && /\\/jiti\\/lib\\/jiti\\.mjs$/.test(context.parentURL ?? '');
  return next(path ? pathToFileURL(specifier).href : specifier, context);
}`);

let shared: Promise<void> | undefined;

/** From now on whatever this thread imports finds this running copy of Twinspec under `twinspec/plugin`. */
export function sharePluginApi(): Promise<void> {
  return (shared ??= register());
}

async function register(): Promise<void> {
  Object.assign(globalThis, { [Symbol.for(key)]: pluginApi });
  // Node 22.15 and later can do without a thread of its own for this.
  const { registerHooks } = modules as { registerHooks?: (hooks: unknown) => void };
  if (registerHooks) registerHooks(await import(/* @vite-ignore */ hooks));
  else modules.register(hooks);
}
