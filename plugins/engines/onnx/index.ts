import { availableParallelism } from 'node:os';
import { defineEngine } from 'twinspec/plugin';
import { loadRuntime } from './runtime.js';
import { openSession } from './session.js';

/** Compiles each program to one ONNX graph and replays it with ONNX Runtime. */
export default defineEngine({
  name: 'onnx',
  summary: 'Compiles each step to one ONNX graph and replays it with ONNX Runtime: native, or else in WebAssembly.',
  priority: 50,
  options: {
    threads: {
      type: 'integer',
      minimum: 1,
      nullable: true,
      default: null,
      description: 'Cores to use; null for all that the machine has. Results are the same bits for the same number.',
    },
  },
  inject: ['tf'],
  async probe() {
    try {
      await loadRuntime();
      return { available: true };
    } catch (error) {
      return { available: false, reason: error instanceof Error ? error.message : String(error) };
    }
  },
  async create({ threads }, tf) {
    const runtime = await loadRuntime();
    const cores = threads ?? availableParallelism();
    return {
      report: { engine: 'onnx', device: 'cpu', threads: cores, runtime: runtime.version },
      open: (samples) => Promise.resolve(openSession(tf, runtime, cores, samples)),
    };
  },
});
