import { defineEngine, type Engine, type Tf } from 'twinspec/plugin';
import { openEagerSession } from '../eager-session.js';
import { processors } from '../processors.js';
import { backendName, loadPackage, registerBackend } from './packages.js';
import { probe } from './probe.js';

/** Runs every program line by line on TensorFlow's own kernels, through tfjs-node-gpu or else tfjs-node. */
export default defineEngine({
  name: 'tensorflow',
  summary: 'Runs each step line by line on TensorFlow, through tfjs-node-gpu or else tfjs-node. For NVIDIA GPUs.',
  priority: 100,
  probe: () => Promise.resolve(probe()),
  inject: ['tf'],
  create: (_options, tf) => start(tf),
});

/** `require` finds the packages: from this file, or from elsewhere. */
export function start(tf: Tf, require?: NodeJS.Require): Engine {
  const loaded = loadPackage(require);
  registerBackend(tf, loaded, require);
  const { name, version, addon } = loaded;
  return {
    report: {
      engine: 'tensorflow',
      device: addon.isUsingGpuDevice() ? 'gpu' : 'cpu',
      threads: processors(),
      runtime: `TensorFlow ${addon.TF_Version} (${name} ${version})`,
    },
    open: (samples) => Promise.resolve(openEagerSession(tf, backendName, samples)),
  };
}
