import { existsSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import util from 'node:util';
import { onBackend, TwinspecError, type Tf } from 'twinspec/plugin';

/** The name under which both packages register themselves with tfjs. */
export const backendName = 'tensorflow';

export const installHint =
  'Run npm install @tensorflow/tfjs-node-gpu@4.22.0 for an NVIDIA GPU with CUDA 11.2 and cuDNN 8.1, or ' +
  'npm install @tensorflow/tfjs-node@4.22.0 for the CPU; both download TensorFlow.';

/** As much of a package's native addon as is used here. */
interface Addon {
  isUsingGpuDevice(): boolean;
  readonly TF_Version: string;
}

interface Manifest {
  readonly version: string;
  readonly binary: { readonly module_name: string; readonly module_path: string; readonly napi_versions: number[] };
}

/** An installed package whose native addon has been downloaded or built. */
export interface InstalledPackage {
  readonly name: string;
  readonly version: string;
  readonly addonFile: string;
}

export interface LoadedPackage extends InstalledPackage {
  readonly addon: Addon;
}

const names = ['@tensorflow/tfjs-node-gpu', '@tensorflow/tfjs-node'];
const here = createRequire(import.meta.url);

/** The packages that are complete, the one for GPUs first. Loads nothing. */
export function installedPackages(require = here): readonly InstalledPackage[] {
  return names.flatMap((name) => {
    const manifestFile = resolved(`${name}/package.json`, require);
    if (manifestFile === null) return [];
    const { version, binary } = require(manifestFile) as Manifest;
    const addonFile = join(dirname(manifestFile), addonPath(binary));
    return existsSync(addonFile) ? [{ name, version, addonFile }] : [];
  });
}

/**
 * Loads TensorFlow by the addon of the first package that has one that loads. tfjs does not hear of it yet: a package
 * that failed after it registered its kernels would be in the way of the next.
 *
 * @throws ENGINE_UNAVAILABLE
 */
export function loadPackage(require = here): LoadedPackage {
  const failures: unknown[] = [];
  for (const found of installedPackages(require)) {
    try {
      return { ...found, addon: require(found.addonFile) as Addon };
    } catch (error) {
      failures.push(error);
    }
  }
  if (failures.length === 0) throw new TwinspecError('ENGINE_UNAVAILABLE', notInstalled, { hint: installHint });
  throw new TwinspecError('ENGINE_UNAVAILABLE', `TensorFlow cannot be loaded: ${messageOf(failures[0])}`, {
    hint: installHint,
    cause: failures[0],
  });
}

export const notInstalled = 'no tfjs-node package with its native addon is installed';

/**
 * Registers the backend of a package with tfjs, if nobody has. The packages make themselves the current backend and the
 * default; here the host's stays current, and this one is of the lowest priority.
 */
export function registerBackend(tf: Tf, { name }: InstalledPackage, require = here): void {
  if (tf.findBackendFactory(backendName) !== null) return;
  restoreRemovedUtilities();
  onBackend(tf, 'cpu', () => {
    require(name);
    const backend = tf.findBackend(backendName);
    tf.removeBackend(backendName);
    tf.registerBackend(backendName, () => backend, 0);
  });
}

/** tfjs-node calls two functions of node:util that later versions of Node lack. */
function restoreRemovedUtilities(): void {
  const removed = {
    isArray: Array.isArray,
    isNullOrUndefined: (value: unknown) => value === null || value === undefined,
  };
  for (const [name, replacement] of Object.entries(removed)) {
    if (!(name in util)) Object.assign(util, { [name]: replacement });
  }
}

/** Where node-pre-gyp puts the addon: by the highest Node-API version that both know. */
function addonPath({ module_name, module_path, napi_versions }: Manifest['binary']): string {
  const supported = napi_versions.filter((version) => version <= Number(process.versions['napi']));
  return join(module_path.replace('{napi_build_version}', String(Math.max(...supported))), `${module_name}.node`);
}

function resolved(id: string, require: NodeJS.Require): string | null {
  try {
    return require.resolve(id);
  } catch {
    return null;
  }
}

export const messageOf = (error: unknown): string => (error instanceof Error ? error.message : String(error));
