import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';

const real = createRequire(import.meta.url);

/** What loading an addon gives: an addon, or the error that it throws. */
export type FakeAddon = { isUsingGpuDevice(): boolean; TF_Version: string } | Error;

export interface FakePackages {
  readonly require: NodeJS.Require;
  /** The packages whose addons were loaded, in order. */
  readonly loaded: string[];
  remove(): void;
}

/** Registers tfjs's cpu kernels under the name of the native backend, and takes over as the real packages do. */
const source = `
const tf = require(${JSON.stringify(real.resolve('@tensorflow/tfjs'))});
tf.copyRegisteredKernels('cpu', 'tensorflow');
tf.registerBackend('tensorflow', () => Object.assign(new (tf.findBackend('cpu').constructor)(), { firstUse: false }), 3);
tf.setBackend('tensorflow');
`;

/** Packages in a folder of their own, by name. An addon of null is one that was never downloaded. */
export function fakePackages(packages: Readonly<Record<string, FakeAddon | null>>): FakePackages {
  const folder = mkdtempSync(join(tmpdir(), 'twinspec-packages-'));
  const loaded: string[] = [];
  const addons = new Map<string, FakeAddon>();
  for (const [name, addon] of Object.entries(packages)) {
    const root = join(folder, 'node_modules', '@tensorflow', name);
    const addonFile = join(root, 'lib', 'napi-v8', 'tfjs_binding.node');
    mkdirSync(dirname(addonFile), { recursive: true });
    writeFileSync(join(root, 'package.json'), JSON.stringify(manifest));
    writeFileSync(join(root, 'index.js'), source);
    if (addon === null) continue;
    writeFileSync(addonFile, '');
    addons.set(addonFile, addon);
  }
  const require = createRequire(join(folder, 'index.js'));
  const withAddons = (id: string): unknown => {
    const addon = addons.get(id);
    if (addon === undefined) return require(id);
    if (addon instanceof Error) throw addon;
    loaded.push(id.split('/').at(-4)!);
    return addon;
  };
  return {
    require: Object.assign(withAddons, require),
    loaded,
    remove: () => rmSync(folder, { recursive: true }),
  };
}

const manifest = {
  version: '4.22.0',
  main: 'index.js',
  binary: {
    module_name: 'tfjs_binding',
    module_path: './lib/napi-v{napi_build_version}',
    napi_versions: [3, 4, 5, 6, 7, 8, 9999],
  },
};
