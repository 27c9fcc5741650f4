import { existsSync } from 'node:fs';
import { TwinspecError } from 'twinspec/plugin';
import { encode } from './encode.js';
import { emptyGraph, type Value } from './graph.js';
import { operators } from './operators.js';
import type { Device, Runtime } from './runtime.js';

/**
 * The device to run on. `auto` takes a GPU only where one is seen. WebGPU is asked only where the system `shows` a graphics
 * device: elsewhere it prints warnings that cannot be silenced.
 *
 * @throws ENGINE_UNAVAILABLE where a GPU is wanted and none can be used
 */
export async function chooseDevice(
  runtime: Runtime,
  wanted: Device | 'auto' | undefined,
  shows = showsGraphics(),
): Promise<Device> {
  if (wanted === undefined || wanted === 'cpu') return 'cpu';
  const failure = shows ? await gpuFailure(runtime) : new Error('this system shows no graphics device');
  if (failure === null) return 'gpu';
  if (wanted === 'auto') return 'cpu';
  throw new TwinspecError('ENGINE_UNAVAILABLE', `The onnx engine can use no GPU here: ${reasonOf(failure)}.`, {
    hint: 'Set device: cpu, or device: auto to take a GPU only where one is seen.',
    cause: failure,
  });
}

const showsGraphics = (): boolean =>
  process.platform !== 'linux' || ['/dev/dri', '/dev/nvidiactl', '/dev/dxg'].some((path) => existsSync(path));

/** What happens when the smallest graph is run on a GPU: null if all is well. */
async function gpuFailure(runtime: Runtime): Promise<unknown> {
  const graph = emptyGraph();
  const x: Value = { shape: [1], dtype: 'float32' };
  graph.inputs.set('x', x);
  graph.outputs.set('y', operators(graph).add(x, x));
  try {
    const session = await runtime.session(encode(graph), { threads: 1, device: 'gpu' });
    await session.run({ x: runtime.tensor('float32', Float32Array.of(1), [1]) });
    await session.dispose();
    return null;
  } catch (error) {
    return error;
  }
}

/** The end of a message of ONNX Runtime, without the lines of its source before it. */
function reasonOf(failure: unknown): string {
  const message = failure instanceof Error ? failure.message : String(failure);
  return message
    .trim()
    .split(/was false\. |\n/)
    .at(-1)!
    .replace(/\.$/, '');
}
