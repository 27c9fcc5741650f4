import { defineEngine } from 'twinspec/plugin';
import { openEagerSession } from './eager-session.js';

/** Runs every program line by line on tfjs's pure JavaScript backend: slow, and the reference for the other engines. */
export default defineEngine({
  name: 'cpu',
  summary:
    "Runs each step line by line on TensorFlow.js's JavaScript backend. Slow; for debugging and as the reference.",
  priority: 0,
  probe: () => Promise.resolve({ available: true }),
  inject: ['tf'],
  create(_options, tf) {
    return Promise.resolve({
      report: { engine: 'cpu', device: 'cpu', threads: 1, runtime: `tfjs ${tf.version_core}` },
      open: (samples) => Promise.resolve(openEagerSession(tf, 'cpu', samples)),
    });
  },
});
