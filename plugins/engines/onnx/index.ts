import { defineEngine } from 'twinspec/plugin';
import { processors } from '../processors.js';
import { chooseDevice } from './device.js';
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
      maximum: 1024,
      nullable: true,
      default: null,
      description:
        'Cores to use; null for all that the machine has, or its container has the time of. Results are the same bits for the same number.',
    },
    device: {
      type: 'string',
      enum: ['cpu', 'gpu', 'auto'],
      default: 'cpu',
      description: 'gpu: any GPU, by WebGPU; not tried on hardware yet. auto: a GPU where one is seen, else the cpu.',
    },
  },
  inject: ['tf', 'logger'],
  async probe() {
    try {
      await loadRuntime();
      return { available: true };
    } catch (error) {
      return { available: false, reason: error instanceof Error ? error.message : String(error) };
    }
  },
  async create({ threads, device: wanted }, tf, logger) {
    const runtime = await loadRuntime();
    if (runtime.instead !== undefined)
      logger.warn(
        `The native ONNX Runtime is missing, so steps run in WebAssembly, some ten times slower (${runtime.instead}). To install it: npm install onnxruntime-node --ignore-scripts`,
      );
    const device = await chooseDevice(runtime, wanted);
    const cores = threads ?? processors();
    return {
      report: { engine: 'onnx', device, threads: cores, runtime: runtime.version },
      open: (samples) => Promise.resolve(openSession(tf, runtime, { threads: cores, device }, samples)),
    };
  },
});
